import type { SeededRandom } from 'subnetkit/math'
import type { Source } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'

export type Trust = { readonly credibility: { readonly [hotkey: string]: number } }
type Bucket = { source: string; label: string; hour: number; bytes: number; items: string[] }
export const index = defineSynapse({
  name: 'index',
  request: z.object({}),
  answer: z.object({
    buckets: z.array(
      z.object({
        source: z.string(),
        label: z.string(),
        hour: z.number(),
        bytes: z.number(),
        items: z.array(z.string()),
      }),
    ),
  }),
})
export const fetchItems = defineSynapse({
  name: 'items',
  request: z.object({ items: z.array(z.string()) }),
  answer: z.object({ items: z.array(z.object({ uri: z.string(), text: z.string() })) }),
})
export declare const web: Source<{ uri: string }, string | null>
export declare function uniform(buckets: readonly Bucket[], count: number, random: SeededRandom): string[]
export declare function shareValid(result: object): number
export declare function worthOf(indexes: unknown): Map<Hotkey, number>
export declare function withoutTrust(state: Trust, hotkey: Hotkey): Trust
