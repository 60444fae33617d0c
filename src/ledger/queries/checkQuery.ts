import { type Check, check, custom, oneOf, shape, u16 } from '../../checks/index.js'
import { isAddress } from '../../crypto/index.js'
import { blockHash } from '../signedCall.js'
import type { Queries, QueryName } from '../types.js'

const address: Check = custom(
  'Pass an address from parseAddress.',
  (value) => typeof value === 'string' && isAddress(value),
)
const nothing = shape<Record<string, never>>({})

/** What every query is asked with. */
const ARGS: { readonly [N in QueryName]: Check } = {
  account: shape<Queries['account']['args']>({ address }),
  totals: nothing,
  subnet: shape<Queries['subnet']['args']>({ netuid: u16() }),
  metagraph: shape<Queries['metagraph']['args']>({ netuid: u16() }),
  uid: shape<Queries['uid']['args']>({ netuid: u16(), hotkey: address }),
  stake: shape<Queries['stake']['args']>({ netuid: u16(), hotkey: address, coldkey: address }),
  owner: shape<Queries['owner']['args']>({ hotkey: address }),
  recentBlock: shape<Queries['recentBlock']['args']>({ hash: blockHash }),
  invariants: nothing,
}

const nameCheck = oneOf(Object.keys(ARGS))

/**
 * Holds a question to what it takes, before it is asked.
 *
 * @throws InvalidArgumentError for a name that is no query's, or naming the argument that is missing, wrong or unknown.
 *
 * @example
 * ```ts
 * import { checkQuery } from 'subnetkit/ledger'
 *
 * checkQuery('subnet', { netuid: 1 })
 * ```
 */
export function checkQuery(name: unknown, args: unknown): asserts name is QueryName {
  check('name', nameCheck, name)
  check('args', ARGS[name as QueryName], args)
}
