import type { PlainValue } from 'subnetkit/sandbox'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'

/** Symbols of a function, as it is sent in or comes back. */
export const MOST_SOURCE = 4_000

/** What each agent may use for each problem: steps of the sandbox, memory, and tokens of the model. */
export const BUDGET = { steps: 4_000_000, memoryBytes: 16 * 2 ** 20, tokens: 2_500 } as const

/** What a record of a round can hold: a customer's request that it could not would end the round of all. */
const whole = z
  .number()
  .int()
  .refine((value) => Number.isSafeInteger(value) && !Object.is(value, -0), {
    message: 'Pass a whole number, and no -0.',
  })
const small = whole.refine((value) => Math.abs(value) <= 1_000, { message: 'Pass a number up to 1,000.' })

const request = z.object({
  source: z
    .string()
    .min(1)
    .max(MOST_SOURCE)
    .regex(/^[\t\n\r -~]*$/, 'Pass a source of ASCII.'),
  examples: z
    .array(z.object({ list: z.array(small).max(32), k: small, gives: whole }))
    .min(1)
    .max(16),
})

/** What an agent makes of a function: its source repaired, or `null` where it found nothing. */
export const patch = z.string().max(MOST_SOURCE).nullable()

const answer = z.object({ source: patch, tokens: z.number().int().min(0) })

/** A function that is wrong, with calls and what they are to give, to what the miner's agent makes of it and the tokens that this took. */
export const repair = defineSynapse({
  name: 'repair',
  request,
  answer,
  idempotent: true,
})

export type RepairRequest = z.infer<typeof request>
export type RepairAnswer = z.infer<typeof answer>

/** An agent's one argument. */
export const inputOf = ({ source, examples }: RepairRequest): PlainValue => ({ source, examples })

/** What `Math.random` of an agent starts from: the same wherever it is run on the same function. */
export const seedOf = ({ source }: RepairRequest): Uint8Array => new TextEncoder().encode(source)
