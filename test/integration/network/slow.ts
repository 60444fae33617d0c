import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { defineSynapse } from '../../../src/synapse/index.js'

/** Takes its time, so that others wait. */
export const slow = defineSynapse({ name: 'slow', request: z.number(), answer: z.number() })

export const answerSlowly = (value: number): Promise<number> => delay(300, value)
