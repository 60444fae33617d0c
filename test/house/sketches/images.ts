import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

export type Prompt = { prompt: string; seed: number; steps: number; size: number }
export type Recent = { readonly hashes: string[] }
export const paint = defineSynapse({
  name: 'paint',
  request: z.object({ prompt: z.string(), seed: z.number(), steps: z.number(), size: z.number() }),
  answer: z.object({ pixels: z.custom<Uint8Array>() }),
})
export declare const prompts: string[]
export declare function render(task: Prompt): Uint8Array
export declare function averageHash(pixels: Uint8Array): bigint
export declare function hamming(a: bigint, b: bigint): number
export declare function meanError(a: Uint8Array, b: Uint8Array): number
export declare function remembered(state: Recent, responses: unknown): Recent
