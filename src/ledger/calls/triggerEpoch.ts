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
import { u16Field } from './fields.js'

/** Its own clock among those of the owner's hyperparameters. */
const CLOCK = 'triggerEpoch'

/**
 * Has a subnet's next epoch come as soon as the freeze before it allows, during which nothing of the subnet can be changed. The owner signs it.
 *
 * @source spec: `spec/chain.md` 1.2
 */
export const triggerEpoch = defineCall({
  fields: { netuid: u16Field },
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
      return refuse('BadOrigin', 'Only the owner of a subnet triggers its epoch.')
    }
    if (subnet === undefined || state.hyperparameters(netuid).commitRevealEnabled) {
      return refuse(
        'DynamicTempoBlockedByCommitReveal',
        'Weights that are hidden until an epoch would be revealed too early.',
      )
    }
    const schedule = scheduleOf(state, netuid)
    if (schedule.pendingEpochAtBlock > 0) {
      return refuse('EpochTriggerAlreadyPending', `An epoch comes at block ${schedule.pendingEpochAtBlock}.`)
    }
    const remainingBlocks = blocksUntilNextEpoch(schedule, block)
    if (remainingBlocks !== null && remainingBlocks < config.adminFreezeWindowBlocks) {
      return refuse('AutoEpochAlreadyImminent', 'An epoch comes by itself no later.')
    }
    const changedAtBlock = ownerChangedAt(state, { netuid, name: CLOCK })
    const limitBlocks = config.ownerHyperparamRateLimitTempos * schedule.tempoBlocks
    if (changedAtBlock !== undefined && block - changedAtBlock < limitBlocks) {
      return refuse(
        'TxRateLimitExceeded',
        `The next trigger is welcome at block ${changedAtBlock + limitBlocks}.`,
      )
    }
    const atBlock = laterBlock(block, config.adminFreezeWindowBlocks)
    state.setRow(clocks, netuid, { pendingEpochAtBlock: atBlock })
    noteOwnerChange(state, { netuid, name: CLOCK }, block)
    emit('EpochTriggered', netuid, { by: asColdkey(state.addressOf(signer)), atBlock })
    return null
  },
})
