import type { RoundMiner } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

const numbers = z.array(z.number())
export type Ledger = {
  readonly replicas: { readonly [root: string]: { hotkey: string; leaves: number } }
  readonly counts: { readonly [hotkey: string]: number[] }
}
export const put = defineSynapse({
  name: 'put',
  request: z.object({ blob: z.string() }),
  answer: z.object({ root: z.string(), leaves: z.number(), opened: z.array(z.string()) }),
})
export const get = defineSynapse({
  name: 'get',
  request: z.object({ root: z.string() }),
  answer: z.object({ blob: z.string() }),
})
export const prove = defineSynapse({
  name: 'prove',
  request: z.object({ root: z.string(), leaf: z.number(), nonces: numbers }),
  answer: z.object({ path: z.array(z.string()), chained: z.string() }),
})
export declare function replicasOf(
  state: Ledger,
  miner: RoundMiner,
): { root: string; leaves: number; provedAt: number[] }[]
export declare function counted(state: Ledger, of: object): Ledger
export declare function countsOf(state: Ledger, hotkey: Hotkey): [number, number]
export declare function tierOf(bound: number, state: Ledger, hotkey: Hotkey): number
export declare function withoutReplicas(state: Ledger, hotkey: Hotkey): Ledger
