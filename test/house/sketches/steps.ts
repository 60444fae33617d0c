import type { Round, TaskSeed } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

const numbers = z.array(z.number())
export const seal = defineSynapse({
  name: 'seal',
  request: z.string(),
  answer: z.object({ digest: z.string() }),
})
export const challenge = defineSynapse({
  name: 'challenge',
  request: z.object({ rows: numbers }),
  answer: z.object({ values: numbers }),
})
export const reveal = defineSynapse({
  name: 'reveal',
  request: z.object({}),
  answer: z.object({ answer: z.string() }),
})
export declare const round: Round<null>
export declare const task: string
export declare function rowsFor(seed: TaskSeed, hotkey: Hotkey): number[]
