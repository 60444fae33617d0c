import type { Reply, TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

const numbers = z.array(z.number())
export type Book = {
  readonly deposits: { readonly [hotkey: string]: number }
  readonly leases: { readonly [hotkey: string]: { readonly lease: string } }
}
export const rent = defineSynapse({
  name: 'rent',
  request: z.object({ hours: z.number() }),
  answer: z.object({ granted: z.boolean(), lease: z.string() }),
})
export const describe = defineSynapse({
  name: 'describe',
  request: z.object({}),
  answer: z.object({ model: z.string(), cards: z.array(z.string()).max(16) }),
})
export const multiply = defineSynapse({
  name: 'multiply',
  request: z.object({ work: z.array(z.object({ card: z.string(), seed: z.number() })) }),
  answer: z.object({ products: z.array(numbers) }),
})
export const heartbeat = defineSynapse({
  name: 'heartbeat',
  request: z.object({ lease: z.string() }),
  answer: z.object({ alive: z.boolean() }),
})
export declare function booked(state: Book, sold: unknown, beats: readonly Reply<{ alive: boolean }>[]): Book
export declare function provenCards(
  hotkey: Hotkey,
  specs: unknown,
  proofs: readonly Reply<{ products: number[][] }>[],
  seed: TaskSeed,
): string[]
export declare function sum(of: readonly number[]): number
export declare const share: { readonly [model: string]: number }
export declare function withoutLease(state: Book, hotkey: Hotkey): Book
