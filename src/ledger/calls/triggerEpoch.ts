import { blocksUntilNextEpoch } from '../../emission/index.js'
import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { laterBlock } from '../rules/laterBlock.js'
import { NOBODY } from '../state/account.js'
import { noteOwnerChange, ownerChangedAt } from '../state/ownerChange.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { netuidField } from './fields.js'

/** Its own clock among those of the owner's hyperparameters. */
const CLOCK = 'triggerEpoch'

/** @source spec: `spec/chain.md` 1.2 */
export const triggerEpoch = defineCall({
  does: "Has a subnet's next epoch come as soon as the freeze before it allows, during which nothing of the subnet can be changed.",
  signedBy: "the subnet's owner",
  fields: {
    netuid: netuidField,
  },
  events: { EpochTriggered: { by: holds.coldkey, atBlock: holds.block } },
  refuses: [
    'BadOrigin',
    'DynamicTempoBlockedByCommitReveal',
    'EpochTriggerAlreadyPending',
    'AutoEpochAlreadyImminent',
    'TxRateLimitExceeded',
  ],
  apply({ state, config, block, emit }, signer, { netuid }) {
    const subnet = state.findSubnet(netuid)
    // To the reference, what is not there is nobody's, and hides weights by default.
    if ((subnet?.owner ?? NOBODY) !== signer) {
      const by = asColdkey(state.addressOf(signer))
      return refuse('BadOrigin', { because: 'notOwner', netuid, signer: by })
    }
    if (subnet === undefined || state.hyperparameters(netuid).commitRevealEnabled) {
      return refuse('DynamicTempoBlockedByCommitReveal', { netuid })
    }
    const schedule = scheduleOf(state, netuid)
    if (schedule.pendingEpochAtBlock > 0) {
      return refuse('EpochTriggerAlreadyPending', { netuid, atBlock: schedule.pendingEpochAtBlock })
    }
    const remainingBlocks = blocksUntilNextEpoch(schedule, block)
    if (remainingBlocks !== null && remainingBlocks < config.adminFreezeWindowBlocks) {
      return refuse('AutoEpochAlreadyImminent', { netuid, atBlock: laterBlock(block, remainingBlocks) })
    }
    const changedAtBlock = ownerChangedAt(state, { netuid, name: CLOCK })
    const limitBlocks = config.ownerHyperparamRateLimitTempos * schedule.tempoBlocks
    if (changedAtBlock !== undefined && block - changedAtBlock < limitBlocks) {
      const nextBlock = laterBlock(changedAtBlock, limitBlocks)
      return refuse('TxRateLimitExceeded', { because: 'epochTrigger', netuid, nextBlock })
    }
    const atBlock = laterBlock(block, config.adminFreezeWindowBlocks)
    state.setRow(clocks, netuid, { pendingEpochAtBlock: atBlock })
    noteOwnerChange(state, { netuid, name: CLOCK }, block)
    emit('EpochTriggered', netuid, { by: asColdkey(state.addressOf(signer)), atBlock })
    return null
  },
})
