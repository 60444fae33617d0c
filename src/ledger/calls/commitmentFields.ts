import { custom, isEach } from '../../checks/index.js'
import {
  COMMITMENT_KINDS,
  type CommitmentField,
  isCommitmentField,
  MOST_FIELDS,
} from '../commitments/CommitmentField.js'
import type { Field } from './fields.js'

/** Fields of a commitment: kind and bytes of each. */
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
      says: 'The data, or its hash.',
    },
  },
  check: custom(
    `Pass at most ${MOST_FIELDS} fields, each { kind, data } with as many bytes as its kind has: docs/ledger.md lists them.`,
    (value) => Array.isArray(value) && value.length <= MOST_FIELDS && isEach(value, isCommitmentField),
  ),
  encode: (fields) => fields.map(({ kind, data }) => [kind, data]),
  decode(value) {
    if (!Array.isArray(value) || value.length > MOST_FIELDS) return undefined
    const fields: CommitmentField[] = []
    for (const part of value) {
      const [kind, data] = Array.isArray(part) && part.length === 2 ? part : []
      const field = { kind, data }
      if (!isCommitmentField(field)) return undefined
      fields.push(field)
    }
    return fields
  },
}
