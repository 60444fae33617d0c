import { accountOf } from '../state/account.js'
import { identities, subnetIdentities } from '../state/tables.js'
import { coldkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** Who is behind a coldkey, as it says itself; `null` where it says nothing. */
export const identity = defineQuery(
  { coldkey },
  ({ state }, args) => state.get(identities, accountOf(args.coldkey)) ?? null,
)

/** What a subnet is for, as its owner says; `null` where it says nothing. */
export const subnetIdentity = defineQuery(
  { netuid },
  ({ state }, args) => state.get(subnetIdentities, args.netuid) ?? null,
)
