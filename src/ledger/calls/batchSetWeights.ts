import { batchEvents, runBatch } from '../weights/runBatch.js'
import { storeOpenWeights } from '../weights/storeWeights.js'
import { weightsFacts } from '../weights/weightsFacts.js'
import { entriesField } from './argumentList.js'
import { defineCall } from './defineCall.js'
import { u16Field, u16ListField, wholeField } from './fields.js'

/**
 * Sets weights on several subnets, one after the other: an entry that is refused changes nothing and stops no other. A hotkey that is
 * registered there signs it.
 *
 * @source spec: `spec/chain.md` 8.3
 */
export const batchSetWeights = defineCall({
  fields: {
    entries: entriesField({
      netuid: u16Field,
      uids: u16ListField,
      values: u16ListField,
      versionKey: wholeField(Number.MAX_SAFE_INTEGER),
    }),
  },
  events: batchEvents,
  refuses: ['NotEnoughStakeToSetWeights'],
  apply(context, signer, { entries }) {
    return runBatch(context, signer, entries, (entry, mechanism) =>
      storeOpenWeights(context, weightsFacts(context, entry.netuid, mechanism, signer), entry),
    )
  },
})
