import { asHotkey } from '../../units/index.js'
import { commit } from '../commitments/commit.js'
import { holds } from '../events.js'
import { commitmentFields } from './commitmentFields.js'
import { defineCall } from './defineCall.js'
import { u16Field } from './fields.js'

/**
 * Commits a neuron to up to three pieces of data or hashes that everybody can read, in place of what it committed to before. It is free, within a quota per
 * epoch. The field `ResetBondsFlag` deletes all bonds towards the neuron, where the subnet allows it. Its registered hotkey signs it.
 *
 * @source spec: `spec/chain.md` 9.4
 */
export const setCommitment = defineCall({
  fields: { netuid: u16Field, fields: commitmentFields },
  events: { Commitment: { hotkey: holds.hotkey } },
  refuses: ['AccountNotAllowedCommit', 'SpaceLimitExceeded'],
  apply(context, signer, { netuid, fields }) {
    const refused = commit(context, netuid, signer, fields)
    if (refused !== null) return refused
    context.emit('Commitment', netuid, { hotkey: asHotkey(context.state.addressOf(signer)) })
    return null
  },
})
