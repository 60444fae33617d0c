import type { Dataset, Source } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

const numbers = z.array(z.number())
export type Board = { readonly losses: { readonly [hotkey: string]: number } }
type Question = { asset: string; fromBlock: number; steps: number; stepBlocks: number; paths: number }
export declare const series: Dataset<number[]>
export declare const assets: string[]
export const forecast = defineSynapse({
  name: 'forecast',
  request: z.object({
    asset: z.string(),
    fromBlock: z.number(),
    steps: z.number(),
    stepBlocks: z.number(),
    paths: z.number(),
  }),
  answer: z.object({ paths: z.array(numbers) }),
})
export declare const spot: Source<{ asset: string; block: number }, number | null>
export declare function sortedByStep(paths: number[][]): number[][]
export declare function stepsOf(question: Question): number[]
export declare function crpsOfSorted(paths: number[][], truth: (number | null)[]): number
export declare function averaged(state: Board, losses: Map<Hotkey, number>, asset: string): Board
export declare function meanLosses(state: Board): Map<Hotkey, number>
export declare function withoutLoss(state: Board, hotkey: Hotkey): Board
