import { batchEvents, runBatch } from '../weights/runBatch.js'
import { storeOpenWeights } from '../weights/storeWeights.js'
import { entriesField } from './argumentList.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, versionKeyField, WEIGHTS_FIELDS } from './fields.js'

/** @source spec: `spec/chain.md` 8.3 */
export const batchSetWeights = defineCall({
  does: 'Sets weights on the main mechanisms of several subnets, one after the other: an entry that is refused changes nothing and stops no other.',
  signedBy: 'a registered hotkey',
  fields: {
    entries: described(
      entriesField({ netuid: netuidField, ...WEIGHTS_FIELDS, versionKey: versionKeyField }),
      'Weights by subnet, in the order in which they are set.',
    ),
  },
  events: batchEvents,
  refuses: ['NotEnoughStakeToSetWeights'],
  apply(context, signer, { entries }) {
    return runBatch(context, signer, entries, (entry, facts) => storeOpenWeights(context, facts, entry))
  },
})
