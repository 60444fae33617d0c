import { refuse } from '../BlockContext.js'
import { whyTooLittleStake } from '../rules/checkSetWeights.js'
import { COMMIT_EVENTS, COMMIT_REFUSALS, commitHash } from '../weights/commitHash.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { tooFastForGuard } from '../weights/weightsGuards.js'
import { defineCall } from './defineCall.js'
import { described, hashField, mechanismField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 8.2 */
export const commitWeights = defineCall({
  does: 'Commits to weights by their hash: nobody can copy them, and whoever committed cannot change them. `revealWeights` shows them `revealPeriodEpochs` later.',
  signedBy: 'a registered hotkey',
  fields: {
    netuid: netuidField,
    mechanism: mechanismField,
    commitHash: described(hashField, 'What `weightsCommitHash` gives of the weights.'),
  },
  events: COMMIT_EVENTS,
  refuses: ['NotEnoughStakeToSetWeights', 'CommittingWeightsTooFast', ...COMMIT_REFUSALS],
  apply(context, signer, call) {
    const facts = weightsFacts(context, call.netuid, call.mechanism, signer)
    if (context.isGuarded) {
      const poor = whyTooLittleStake(facts)
      if (poor !== null) return poor
      const wait = tooFastForGuard(facts)
      if (wait !== null) return refuse('CommittingWeightsTooFast', wait)
    }
    return commitHash(context, [call.netuid, call.mechanism, signer], call.commitHash, facts)
  },
})
