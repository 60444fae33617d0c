import type { AxonOptions } from '../../axon/index.js'
import { custom, func, optional, plainObject, shape, text, u16, wholeNumber } from '../../checks/index.js'
import type { MinerHooks } from '../minerHooks.js'

/** How a validator lets customers ask through it. */
export interface CustomersOptions {
  /** Where its axon for customers listens. Default: 127.0.0.1, any free port. It is never put on chain: a neuron with an address there is asked as a miner. */
  readonly host?: string
  readonly port?: number
  /** How much customers may ask in an interval, each and together; see `AxonOptions.quotas`. Default: as much as the places let through. */
  readonly quotas?: NonNullable<AxonOptions['quotas']>
  /** Calls of customers that are worked on at once, a quarter of them of one customer; others wait in the axon's queue. Default: as many as `share` gives. */
  readonly maxAtOnce?: number
  /** Asks of customers under way at once, in parts of the validator's `concurrency`, which own asks have to themselves; a quarter of them at one miner. Default 0.5. */
  readonly share?: number
  /** Turns a customer away when it returns true, by the subnet as it is now. Default: nobody. */
  readonly blacklist?: NonNullable<MinerHooks['blacklist']>
}

/** What they must be. */
export const customersShape = shape<CustomersOptions>({
  host: optional(text({ min: 1 })),
  port: optional(u16()),
  // Looked at by the axon.
  quotas: optional(plainObject),
  maxAtOnce: optional(wholeNumber({ min: 1 })),
  share: optional(
    custom(
      'Pass a number above 0, up to 1.',
      (value) => typeof value === 'number' && value > 0 && value <= 1,
    ),
  ),
  blacklist: optional(func),
})

/** Asks of customers under way at once. */
export function placesOf({ share = 0.5, maxAtOnce }: CustomersOptions, concurrency: number): number {
  const places = Math.max(1, Math.floor(share * concurrency))
  return maxAtOnce === undefined ? places : Math.min(places, maxAtOnce)
}
