import { custom, isEach } from '../../checks/index.js'
import {
  COMMITMENT_KINDS,
  type CommitmentField,
  isCommitmentField,
  isLocked,
  MOST_FIELDS,
} from '../commitments/CommitmentField.js'
import { MAX_ROUND } from '../timelocks/timelockInput.js'
import type { Field } from './fields.js'

/** Fields of a commitment: kind and bytes of each, and of a locked one the round. */
export const commitmentFields: Field<readonly CommitmentField[], readonly CommitmentField[]> = {
  type: 'readonly CommitmentField[]',
  holds: `at most ${MOST_FIELDS} fields`,
  parts: {
    kind: {
      type: 'CommitmentKind',
      holds: Object.keys(COMMITMENT_KINDS).join(', '),
      says: 'What the bytes are.',
    },
    data: {
      type: 'Uint8Array',
      holds: Object.entries(COMMITMENT_KINDS)
        .map(([kind, { mostBytes, isExact }]) => `${kind} ${isExact ? '' : 'up to '}${mostBytes}`)
        .join(', ')
        .concat(' bytes'),
      says: 'The data, its hash, or the text that `encryptTimelock` locked to `revealRound` (on a chain without a beacon the text itself).',
    },
    revealRound: {
      type: 'number',
      holds: `whole number 1 to ${MAX_ROUND}`,
      says: 'Of `TimelockEncrypted` alone: the round of the beacon with which the chain opens it; one that has come opens with the next block.',
      isOptional: true,
    },
  },
  check: custom(
    `Pass at most ${MOST_FIELDS} fields, each { kind, data } with as many bytes as its kind has, and { kind: 'TimelockEncrypted', data, revealRound }: docs/ledger.md lists them.`,
    (value) => Array.isArray(value) && value.length <= MOST_FIELDS && isEach(value, isCommitmentField),
  ),
  encode: (fields) =>
    fields.map((field) =>
      isLocked(field) ? [field.kind, field.data, field.revealRound] : [field.kind, field.data],
    ),
  decode(value) {
    if (!Array.isArray(value) || value.length > MOST_FIELDS) return undefined
    const fields: CommitmentField[] = []
    for (const part of value) {
      if (!Array.isArray(part) || part.length > 3) return undefined
      const [kind, data, revealRound] = part
      const field = part.length === 3 ? { kind, data, revealRound } : { kind, data }
      if (!isCommitmentField(field)) return undefined
      fields.push(field)
    }
    return fields
  },
}
