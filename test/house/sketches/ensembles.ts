import type { Source, TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

export type Regrets = {
  readonly regrets: { readonly [hotkey: string]: number }
  readonly networkLoss: number
}
type Topic = { topic: string; block: number }
type Said = readonly { hotkey: Hotkey; value: number }[]
export declare function topicOf(seed: TaskSeed): Topic
export const infer = defineSynapse({
  name: 'infer',
  request: z.object({ topic: z.string(), block: z.number() }),
  answer: z.object({ value: z.number() }),
})
export const expectLosses = defineSynapse({
  name: 'losses',
  request: z.object({
    topic: z.object({ topic: z.string(), block: z.number() }),
    said: z.array(z.object({ hotkey: z.string(), value: z.number() })),
  }),
  answer: z.object({ losses: z.record(z.string(), z.number()) }),
})
export declare const topics: Source<Topic, number>
export declare function combined(said: Said, expected: unknown, state: Regrets, without?: Hotkey): number
export declare function lossOf(value: number, truth: number): number
export declare function regretted(state: Regrets, said: Said, truth: number, whole: number): Regrets
export declare function withoutRegret(state: Regrets, hotkey: Hotkey): Regrets
