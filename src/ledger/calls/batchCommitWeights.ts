import { COMMIT_EVENTS, commitHash } from '../weights/commitHash.js'
import { batchEvents, runBatch } from '../weights/runBatch.js'
import { entriesField } from './argumentList.js'
import { defineCall } from './defineCall.js'
import { described, hashField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 8.3 */
export const batchCommitWeights = defineCall({
  does: 'Commits to weights on the main mechanisms of several subnets, one after the other: an entry that is refused changes nothing and stops no other.',
  signedBy: 'a registered hotkey',
  fields: {
    entries: described(
      entriesField({
        netuid: netuidField,
        commitHash: described(hashField, 'What `weightsCommitHash` gives of the weights.'),
      }),
      'Commits by subnet, in the order in which they are made.',
    ),
  },
  events: { ...COMMIT_EVENTS, ...batchEvents },
  refuses: ['NotEnoughStakeToSetWeights'],
  apply(context, signer, { entries }) {
    return runBatch(context, signer, entries, (entry, facts) =>
      commitHash(context, [entry.netuid, facts.mechanism, signer], entry.commitHash, facts),
    )
  },
})
