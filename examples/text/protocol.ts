import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { SYMBOLS } from './symbols.js'

/** What is wanted: so many tokens after a prompt, drawn by a seed. A token is one character. */
export interface TextRequest {
  readonly prompt: string
  readonly seed: number
  readonly tokens: number
}

/** Some tokens of the answer, and of each the natural logarithm of the chance that the model gave it. */
export interface TextPart {
  readonly text: string
  readonly logps: readonly number[]
}

/** Most texts that a miner may announce to write at once. */
export const MOST_STREAMS = 8
/** So few and so many tokens a text may have. */
export const [LEAST_TOKENS, MOST_TOKENS] = [32, 64]

/** Of a prompt. */
export const MOST_SYMBOLS = 200

const symbols = z.string().refine((text) => [...text].every((one) => SYMBOLS.includes(one)), {
  message: 'Write with the symbols of the model.',
})

const request: z.ZodType<TextRequest> = z.object({
  prompt: symbols.min(1).max(MOST_SYMBOLS),
  seed: z.number().int().min(0).max(0xffff_ffff),
  tokens: z.number().int().min(LEAST_TOKENS).max(MOST_TOKENS),
})

const chunk: z.ZodType<TextPart> = z
  .object({ text: symbols.min(1).max(64), logps: z.array(z.number().max(0)).max(64) })
  .refine(({ text, logps }) => text.length === logps.length, { message: 'Give a number for each token.' })

/** How many texts a miner writes at once for each validator. */
export const capacity = defineSynapse({
  name: 'capacity',
  request: z.object({}),
  answer: z.object({ streams: z.number().int().min(0).max(MOST_STREAMS) }),
})

/** A text, in parts as it is written. */
export const complete = defineStream({ name: 'complete', request, chunk })
