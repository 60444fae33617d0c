import type { SeededRandom } from 'subnetkit/math'
import type { Round } from 'subnetkit/mechanism'
import { defineStream } from 'subnetkit/synapse'
import { z } from 'zod'

export const complete = defineStream({
  name: 'complete',
  request: z.object({ prompt: z.string() }),
  chunk: z.string(),
})
export declare const round: Round<null>
export declare function drawPrompt(random: SeededRandom): string
