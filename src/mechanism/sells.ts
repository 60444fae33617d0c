import { check, custom, durationMs, listOf, oneOf, optional, shape } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { assertSynapse, atMiner, type StreamSynapse, type Synapse } from '../synapse/index.js'

/** A synapse that customers may ask through a validator. */
export interface SoldSynapse {
  readonly synapse: Synapse | StreamSynapse
  /**
   * Which calls `round.sold` gives. `onePerMiner`: of each miner one, drawn by `secret`, so that many calls say no more than one. `all`: each; the mechanism's rules say
   * who may be a customer.
   */
  readonly keep: 'all' | 'onePerMiner'
  /**
   * Deadline of a customer's ask at the miner: that of own asks, or the miner can tell them apart. Default: `answerTimeoutMs` for the synapse of the short form, 1,000 for
   * others, as for an ask.
   */
  readonly timeoutMs?: number
}

const anyObject = custom('Make it with defineSynapse or defineStream of subnetkit/synapse.', (value) => {
  return typeof value === 'object' && value !== null
})

/** What a mechanism's `sells` must be; the synapses are looked at by `assertSells`. */
export const sellsShape = listOf(
  shape<SoldSynapse>({
    synapse: anyObject,
    keep: oneOf(['all', 'onePerMiner']),
    timeoutMs: optional(durationMs({ min: 1 })),
  }),
)

/**
 * Looks at each synapse that is sold, under both names by which it can be asked.
 *
 * @throws InvalidArgumentError naming the part that is wrong.
 */
export function assertSells(field: string, sells: readonly SoldSynapse[]): void {
  check(field, sellsShape, sells)
  const names = new Set<string>()
  for (const [at, { synapse }] of sells.entries()) {
    const where = `${field}[${at}].synapse`
    assertSynapse(where, synapse)
    for (const { name } of [synapse, atMiner(synapse)]) {
      if (names.has(name)) {
        const remedy = 'Give each synapse that is sold its own name.'
        throw new InvalidArgumentError({ field: `${where}.name`, value: name, remedy })
      }
      names.add(name)
    }
  }
}
