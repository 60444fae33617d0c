import { COMMIT_EVENTS, commitHash } from '../weights/commitHash.js'
import { batchEvents, runBatch } from '../weights/runBatch.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { entriesField } from './argumentList.js'
import { defineCall } from './defineCall.js'
import { hashField, u16Field } from './fields.js'

/**
 * Commits to weights on several subnets, one after the other: an entry that is refused changes nothing and stops no other. A hotkey that is
 * registered there signs it.
 *
 * @source spec: `spec/chain.md` 8.3
 */
export const batchCommitWeights = defineCall({
  fields: { entries: entriesField({ netuid: u16Field, commitHash: hashField }) },
  events: { ...COMMIT_EVENTS, ...batchEvents },
  refuses: ['NotEnoughStakeToSetWeights'],
  apply(context, signer, { entries }) {
    return runBatch(context, signer, entries, (entry, mechanism) => {
      const { netuid } = entry
      const facts = weightsFacts(context, netuid, mechanism, signer)
      return commitHash(context, [netuid, mechanism, signer], entry.commitHash, facts)
    })
  },
})
