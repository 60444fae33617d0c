import { balanceRefusals } from './balances.js'
import { chainRefusals } from './chain.js'
import { childrenRefusals } from './children.js'
import { commitmentRefusals } from './commitments.js'
import { epochRefusals } from './epochs.js'
import { hyperparameterRefusals } from './hyperparameters.js'
import { identityRefusals } from './identities.js'
import { keyRefusals } from './keys.js'
import { lockRefusals } from './locks.js'
import { neuronRefusals } from './neurons.js'
import { poolRefusals } from './pool.js'
import type { DataOfKind } from './reason.js'
import { type RefusalIn, type Refuser, refuserOf } from './refuserOf.js'
import { rootRefusals } from './root.js'
import { servingRefusals } from './serving.js'
import { stakeRefusals } from './stake.js'
import { subnetRefusals } from './subnets.js'
import { takeRefusals } from './takes.js'
import { tradeRefusals } from './trades.js'
import { weightsRefusals } from './weights.js'

/** Every name by which a chain refuses something, with its data, its sentence and what to do. `docs/refusals.md` lists them. */
export const REFUSALS = {
  ...chainRefusals,
  ...poolRefusals,
  ...balanceRefusals,
  ...subnetRefusals,
  ...epochRefusals,
  ...hyperparameterRefusals,
  ...neuronRefusals,
  ...servingRefusals,
  ...rootRefusals,
  ...takeRefusals,
  ...childrenRefusals,
  ...stakeRefusals,
  ...tradeRefusals,
  ...lockRefusals,
  ...weightsRefusals,
  ...keyRefusals,
  ...commitmentRefusals,
  ...identityRefusals,
}

type Table = typeof REFUSALS

/** Every name by which a pool of calls refuses one, besides those of the ledger. */
export type PoolRefusalName = keyof typeof poolRefusals

/** Every name by which the ledger refuses something: the reference chain's where it has one. */
export type RefusalName = Exclude<keyof Table, PoolRefusalName>

/** The data of every refusal by its name. */
export type RefusalData = { readonly [N in RefusalName | PoolRefusalName]: DataOfKind<Table[N]> }

/** A refusal by one of some names. */
export type RefusalOf<N extends RefusalName | PoolRefusalName> = RefusalIn<Table, N>

/**
 * Says no, by name and with the values that decided; the sentences follow from the table. The ledger does it, and who stands in for a chain.
 *
 * @throws InvalidArgumentError for a name that there is not, and for data that is not what the name has.
 *
 * @example
 * ```ts
 * import { refuse } from 'subnetkit/ledger'
 *
 * const refusal = refuse('SubnetNotExists', { netuid: 7 })
 * refusal.detail // 'There is no subnet 7 for this call.'
 * ```
 */
export const refuse: Refuser<Table> = refuserOf(REFUSALS)
