import { refuse } from '../BlockContext.js'
import { REFERENCE_SETTINGS } from '../config.js'
import { whyTooLittleStake } from '../rules/checkSetWeights.js'
import { keepTimelocked, TIMELOCK_EVENTS } from '../timelocks/keepTimelocked.js'
import { MAX_ROUND } from '../timelocks/timelockInput.js'
import { whyNoCommit } from '../weights/commitHash.js'
import { MAX_TIMELOCKED_BYTES } from '../weights/timelockedWeights.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { defineCall } from './defineCall.js'
import {
  bytesField,
  defaulted,
  described,
  mechanismField,
  netuidField,
  u16Field,
  wholeField,
} from './fields.js'

/** @source spec: `spec/chain.md` 8.4 */
export const commitTimelockedWeights = defineCall({
  does: 'Commits to weights that open by themselves: the chain opens them `revealPeriodEpochs` later, when the round has come, whether the validator is still there or not.',
  signedBy: 'a registered hotkey',
  fields: {
    netuid: netuidField,
    mechanism: mechanismField,
    commit: described(
      bytesField(MAX_TIMELOCKED_BYTES),
      'What `timelockedWeightsText` gives of the weights, locked to `revealRound`.',
    ),
    revealRound: described(
      wholeField(MAX_ROUND),
      'Round of the beacon with which the weights open; the last known one at least.',
    ),
    version: described(
      defaulted(u16Field, REFERENCE_SETTINGS.commitRevealVersion),
      'Form of the commit, the `commitRevealVersion` of the chain.',
    ),
  },
  events: TIMELOCK_EVENTS,
  refuses: [
    'NotEnoughStakeToSetWeights',
    'InvalidRevealRound',
    'MechanismDoesNotExist',
    'CommitRevealDisabled',
    'IncorrectCommitRevealVersion',
    'HotKeyNotRegisteredInSubNet',
    'CommittingWeightsTooFast',
    'TooManyUnrevealedCommits',
  ],
  apply(context, signer, { netuid, mechanism, version, ...commit }) {
    const facts = weightsFacts(context, netuid, mechanism, signer)
    if (context.isGuarded) {
      const poor = whyTooLittleStake(facts)
      if (poor !== null) return poor
      const { lastPulseRound: lastRound } = context.state.chain
      const { revealRound } = commit
      if (revealRound < lastRound) return refuse('InvalidRevealRound', { revealRound, lastRound })
    }
    const known = context.config.commitRevealVersion
    const whyNoVersion = version === known ? null : refuse('IncorrectCommitRevealVersion', { version, known })
    const refused = whyNoCommit(facts, whyNoVersion)
    return refused ?? keepTimelocked(context, signer, facts, commit)
  },
})
