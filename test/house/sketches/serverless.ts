import type { SeededRandom } from 'subnetkit/math'
import { defineStream, defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

export type Log = { readonly hours: number[] }
export const invoke = defineStream({
  name: 'invoke',
  request: z.object({ app: z.string(), input: z.string() }),
  chunk: z.object({ units: z.number(), body: z.string() }),
})
export const status = defineSynapse({
  name: 'status',
  request: z.object({ app: z.string() }),
  answer: z.object({ warm: z.boolean() }),
})
export declare function probeOf(random: SeededRandom): { app: string; input: string }
export declare function pace(parts: readonly { chunk: { units: number }; atMs: number }[]): number
export declare function median(of: readonly number[]): number
export declare function logged(state: Log, of: object): Log
export declare function fourColumns(log: Log): Map<Hotkey, number>
export declare function withoutCalls(state: Log, hotkey: Hotkey): Log
