import { asHotkey } from '../../units/index.js'
import { isLocked } from '../commitments/CommitmentField.js'
import { commit } from '../commitments/commit.js'
import { holds } from '../events.js'
import { commitmentFields } from './commitmentFields.js'
import { defineCall } from './defineCall.js'
import { described, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 9.4 */
export const setCommitment = defineCall({
  does: 'Commits a neuron to up to three pieces of data or hashes that everybody can read, or that the chain opens later, in place of what it committed to before. It is free, within a quota per epoch.',
  signedBy: 'a registered hotkey',
  fields: {
    netuid: netuidField,
    fields: described(
      commitmentFields,
      'What it commits to. `ResetBondsFlag` deletes all bonds towards the neuron, where the subnet allows it.',
    ),
  },
  events: {
    Commitment: { hotkey: holds.hotkey },
    TimelockCommitment: { hotkey: holds.hotkey, revealRound: holds.count },
  },
  refuses: ['AccountNotAllowedCommit', 'SpaceLimitExceeded'],
  apply(context, signer, { netuid, fields }) {
    const refused = commit(context, netuid, signer, fields)
    if (refused !== null) return refused
    const hotkey = asHotkey(context.state.addressOf(signer))
    const rounds = fields.filter(isLocked).map((field) => field.revealRound)
    if (rounds.length === 0) context.emit('Commitment', netuid, { hotkey })
    else context.emit('TimelockCommitment', netuid, { hotkey, revealRound: Math.max(...rounds) })
    return null
  },
})
