import type { SeededRandom } from 'subnetkit/math'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

const numbers = z.array(z.number())
export const embed = defineSynapse({
  name: 'embed',
  request: z.object({ texts: z.array(z.string()) }),
  answer: z.array(numbers),
})
export declare function saltedSentences(random: SeededRandom, count: number): string[]
export declare function reference(texts: string[]): number[][]
export declare function cosine(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number
export declare function median(of: readonly number[]): number
