import type { TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

const numbers = z.array(z.number())
export type Run = {
  readonly parameters: number[]
  readonly ratings: { readonly [hotkey: string]: number }
  readonly ownAverage: { readonly [hotkey: string]: number }
}
export declare const zeros: number[]
export const gradient = defineSynapse({
  name: 'gradient',
  request: z.object({ parameters: numbers, pages: numbers }),
  answer: z.object({ indices: numbers, values: numbers }),
})
type Update = { indices: number[]; values: number[] }
export declare function pagesOf(seed: TaskSeed, of: string): number[]
export declare function gain(
  parameters: number[],
  update: Update,
  own: number[],
  other: number[],
): { own: number; other: number }
export declare function withoutCopies<T extends { update: Update; sentAtMs: number }>(
  gains: readonly T[],
  limits: { half: number; all: number },
): T[]
export declare function trained(state: Run, kept: unknown): Run
export declare function withoutRating(state: Run, hotkey: Hotkey): Run
