import { asColdkey, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { REFERENCE_HYPERPARAMETERS } from '../rules/hyperparameters.js'
import { isRoot } from '../rules/isRoot.js'
import type { SetBy } from '../rules/settingRule.js'
import type { SettingFacts } from '../rules/whyNotSet.js'
import { type AccountId, ROOT } from '../state/account.js'
import { type OwnerClock, ownerChangedAt } from '../state/ownerChange.js'
import { scheduleOf } from '../state/schedule.js'

/** As whom an account may change a subnet; `null` for neither its owner nor root. */
export function setterOf(context: BlockContext, netuid: Netuid, signer: AccountId): SetBy | null {
  if (isRoot(context, signer)) return 'root'
  return context.state.findSubnet(netuid)?.owner === signer ? 'owner' : null
}

/** Says that only the owner of a subnet and root may. */
export function refuseSetter(
  { state }: BlockContext,
  netuid: Netuid,
  signer: AccountId,
): RefusalOf<'BadOrigin'> {
  const stranger = asColdkey(state.addressOf(signer))
  return refuse('BadOrigin', { because: 'notOwnerNorRoot', netuid, signer: stranger })
}

/** What decides whether a subnet may be changed now. */
export function settingFacts(
  { state, config, block }: BlockContext,
  by: SetBy,
  clock: OwnerClock,
): SettingFacts {
  const { netuid } = clock
  const changedAtBlock = ownerChangedAt(state, clock)
  if (state.findSubnet(netuid) === undefined)
    return { ...NO_SUBNET, netuid, by, config, block, changedAtBlock }
  return {
    netuid,
    by,
    config,
    block,
    exists: true,
    isRootSubnet: netuid === ROOT,
    n: state.n(netuid),
    current: state.hyperparameters(netuid),
    schedule: scheduleOf(state, netuid),
    changedAtBlock,
  }
}

/** What the reference reads of a subnet that is not there: defaults, and an epoch that has been due since block 360. */
const NO_SUBNET = {
  exists: false,
  isRootSubnet: false,
  n: 0,
  current: REFERENCE_HYPERPARAMETERS,
  schedule: {
    tempoBlocks: REFERENCE_HYPERPARAMETERS.tempoBlocks,
    lastEpochBlock: 0,
    pendingEpochAtBlock: 0,
    blocksSinceLastStep: 0,
  },
}
