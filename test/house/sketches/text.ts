import type { SeededRandom } from 'subnetkit/math'
import type { Reply, RoundMiner } from 'subnetkit/mechanism'
import { defineStream, defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

export const complete = defineStream({
  name: 'complete',
  request: z.object({ prompt: z.string(), seed: z.number(), tokens: z.number() }),
  chunk: z.object({ token: z.number(), logp: z.number() }),
})
export const capacity = defineSynapse({
  name: 'capacity',
  request: z.object({}),
  answer: z.object({ tokensPerSecond: z.number() }),
})
export declare function promptFor(
  miner: RoundMiner,
  random: SeededRandom,
): { prompt: string; seed: number; tokens: number }
export declare const model: {
  logProbabilities(asked: object, tokens: readonly number[], options: { grid: number }): Promise<number[]>
}
export declare function tokensPerSecond(parts: readonly { atMs: number }[]): number
export declare function announced(bids: readonly Reply<{ tokensPerSecond: number }>[], hotkey: Hotkey): number
export declare function median(of: readonly number[]): number
