import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { type KindName, kindNames } from './apps.js'

/** What is wanted: so many steps of an application, from a number on. */
export interface Invocation {
  readonly kind: KindName
  /** That of its image; those before it are gone. */
  readonly version: number
  readonly value: number
  readonly steps: number
}

/** So few and so many steps an invocation has when it begins; what is handed on may have fewer. */
export const [LEAST_STEPS, MOST_STEPS] = [2, 4]

const u32 = z.number().int().min(0).max(0xffff_ffff)
const kind = z.enum(kindNames)
const versions = z.record(kind, u32)

const invocation: z.ZodType<Invocation> = z.object({
  kind,
  version: u32,
  value: u32,
  steps: z.number().int().min(1).max(MOST_STEPS),
})

/** An invocation: the number after each step, as it is done. Whoever has done one step can hand the rest to another. */
export const invoke = defineStream({
  name: 'invoke',
  request: invocation,
  chunk: z.object({ value: u32 }),
  idempotent: true,
  resume: (request, { value }) =>
    request.steps > 1 ? { ...request, value, steps: request.steps - 1 } : undefined,
})

/** Which version of each application is to be warm from now on; and the first step of the newest one, which whoever starts it soonest has a bounty for. */
export const deploy = defineSynapse({
  name: 'deploy',
  request: z.object({ versions, kind, value: u32 }),
  answer: z.object({ value: u32 }),
})

/** What a miner has warm, and what it asks for a step, in rao. */
export const offer = defineSynapse({
  name: 'offer',
  request: z.object({}),
  answer: z.object({
    stepRao: z.number().int().min(0),
    warm: z.array(z.object({ kind, version: u32 })).max(kindNames.length),
  }),
  idempotent: true,
})
