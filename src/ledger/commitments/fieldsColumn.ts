import { custom, isEach } from '../../checks/index.js'
import { assert } from '../../errors/index.js'
import type { Column } from '../state/columns.js'
import {
  COMMITMENT_KINDS,
  type CommitmentField,
  type CommitmentKind,
  isCommitmentField,
  isLocked,
  MOST_FIELDS,
} from './CommitmentField.js'

/** In the order in which kinds are written. */
const KINDS = Object.keys(COMMITMENT_KINDS) as CommitmentKind[]

/** Fields of a commitment, in order. */
export const fieldsColumn: Column<readonly CommitmentField[]> = {
  check: custom(
    `Expected at most ${MOST_FIELDS} fields of a commitment.`,
    (value) => Array.isArray(value) && value.length <= MOST_FIELDS && isEach(value, isCommitmentField),
  ),
  write(to, fields) {
    to.u32(fields.length)
    for (const field of fields) {
      to.u8(KINDS.indexOf(field.kind))
      to.u32(field.data.length)
      to.bytes(field.data)
      if (isLocked(field)) to.f64(field.revealRound)
    }
  },
  read(from) {
    return Array.from({ length: from.u32() }, () => {
      const kind = KINDS[from.u8()]
      assert(kind !== undefined, 'a field of a commitment is of no kind')
      const data = from.bytes(from.u32()).slice()
      return kind === 'TimelockEncrypted' ? { kind, data, revealRound: from.f64() } : { kind, data }
    })
  },
  blank: () => [],
}
