import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { WEIGHTS_REFUSALS } from '../rules/checkSetWeights.js'
import { type CommitsKey, findCommit, keepCommits } from '../weights/hashCommits.js'
import { guardReveals, openCommits, REVEAL_REFUSALS } from '../weights/reveals.js'
import { storeWeights } from '../weights/storeWeights.js'
import { weightsCommitHashUnchecked } from '../weights/weightsCommitHash.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { defineCall } from './defineCall.js'
import {
  described,
  mechanismField,
  netuidField,
  u16ListField,
  versionKeyField,
  WEIGHTS_FIELDS,
} from './fields.js'

/** @source spec: `spec/chain.md` 8.2 */
export const revealWeights = defineCall({
  does: 'Shows weights that were committed by `commitWeights`, in the epoch of their reveal. Older commits of the hotkey that were not revealed are dropped.',
  signedBy: 'the hotkey that committed',
  fields: {
    netuid: netuidField,
    mechanism: mechanismField,
    ...WEIGHTS_FIELDS,
    salt: described(
      u16ListField,
      'Numbers that nobody can guess, the same as when `weightsCommitHash` was asked.',
    ),
    versionKey: versionKeyField,
  },
  events: {
    WeightsRevealed: { mechanism: holds.mechanism, hotkey: holds.hotkey, commitHash: holds.hash },
  },
  refuses: [
    'NotEnoughStakeToSetWeights',
    'NoWeightsCommitFound',
    'RevealTooEarly',
    ...REVEAL_REFUSALS,
    ...WEIGHTS_REFUSALS,
  ],
  apply(context, signer, row) {
    const { netuid, mechanism } = row
    const key: CommitsKey = [netuid, mechanism, signer]
    const facts = weightsFacts(context, netuid, mechanism, signer)
    const commitHash = weightsCommitHashUnchecked(signer, netuid, mechanism, row)
    const stopped = context.isGuarded ? guardReveals(context, key, [commitHash], facts) : null
    if (stopped !== null) return stopped
    const commits = openCommits(context, key, commitHash, facts)
    if ('error' in commits) return commits
    const at = findCommit(commits, commits.left, commitHash)
    if (typeof at !== 'number') {
      // The reference has this name for it only where nothing is left, and only here, not in batches.
      const isNothingLeft = commits.left.length === 0 && at.error === 'InvalidRevealCommitHashNotMatch'
      return isNothingLeft ? refuse('NoWeightsCommitFound', { netuid, mechanism, commitHash }) : at
    }
    keepCommits(context, key, commits.left.slice(at + 1))
    const refused = storeWeights(context, facts, row)
    if (refused !== null) return refused
    const hotkey = asHotkey(context.state.addressOf(signer))
    context.emit('WeightsRevealed', netuid, { mechanism, hotkey, commitHash })
    return null
  },
})
