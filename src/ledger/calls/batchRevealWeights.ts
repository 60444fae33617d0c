import { asHotkey } from '../../units/index.js'
import { eventField, holds } from '../events.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import { WEIGHTS_REFUSALS } from '../rules/checkSetWeights.js'
import { type CommitsKey, findCommit, keepCommits, MAX_UNREVEALED_COMMITS } from '../weights/hashCommits.js'
import { guardReveals, openCommits, REVEAL_REFUSALS } from '../weights/reveals.js'
import { storeWeights } from '../weights/storeWeights.js'
import { weightsCommitHashUnchecked } from '../weights/weightsCommitHash.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { entriesField } from './argumentList.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, u16ListField, versionKeyField, WEIGHTS_FIELDS } from './fields.js'

/** @source spec: `spec/chain.md` 8.3 */
export const batchRevealWeights = defineCall({
  does: "Shows several rows that were committed on a subnet's main mechanism, in order, all or none. Of the commits only those that are named go.",
  signedBy: 'the hotkey that committed',
  fields: {
    netuid: netuidField,
    reveals: described(
      entriesField(
        {
          ...WEIGHTS_FIELDS,
          salt: described(
            u16ListField,
            'Numbers that nobody can guess, the same as when `weightsCommitHash` was asked.',
          ),
          versionKey: versionKeyField,
        },
        // No more wait to be revealed, so a longer list is refused before anything is hashed.
        MAX_UNREVEALED_COMMITS,
      ),
      'Rows that were committed, in the order in which they are stored.',
    ),
  },
  events: {
    WeightsBatchRevealed: {
      hotkey: holds.hotkey,
      commitHashes: eventField<readonly string[]>('hash[]'),
    },
  },
  refuses: [
    'NotEnoughStakeToSetWeights',
    'NoWeightsCommitFound',
    'RevealTooEarly',
    ...REVEAL_REFUSALS,
    ...WEIGHTS_REFUSALS,
  ],
  apply(context, signer, { netuid, reveals }) {
    const mechanism = MAIN_MECHANISM
    const key: CommitsKey = [netuid, mechanism, signer]
    const facts = weightsFacts(context, netuid, mechanism, signer)
    const hashed = reveals.map((row) => ({
      row,
      hash: weightsCommitHashUnchecked(signer, netuid, mechanism, row),
    }))
    const commitHashes = hashed.map(({ hash }) => hash)
    const stopped = context.isGuarded ? guardReveals(context, key, commitHashes, facts) : null
    if (stopped !== null) return stopped
    const commits = openCommits(context, key, commitHashes[0] ?? '', facts)
    if ('error' in commits) return commits
    for (const { hash } of hashed) {
      const at = findCommit(commits, commits.left, hash)
      if (typeof at !== 'number') return at
    }
    let left = commits.left
    for (const { row, hash } of hashed) {
      // A hash that is named twice is no longer there.
      const at = findCommit(commits, left, hash)
      if (typeof at !== 'number') return at
      left = left.toSpliced(at, 1)
      const refused = storeWeights(context, facts, row)
      if (refused !== null) return refused
    }
    keepCommits(context, key, left)
    const hotkey = asHotkey(context.state.addressOf(signer))
    context.emit('WeightsBatchRevealed', netuid, { hotkey, commitHashes })
    return null
  },
})
