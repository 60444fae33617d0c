import { bytes, custom, fits, isEach, shape, wholeNumber } from '../../checks/index.js'
import type { BlockNumber } from '../../units/index.js'
import type { Column } from '../state/columns.js'
import { COMMITMENT_KINDS } from './CommitmentField.js'

/** What a time-locked field of a commitment held. */
export interface CommitmentReveal {
  /** In which it opened. */
  readonly block: BlockNumber
  readonly text: Uint8Array
}

/** Reveals of a hotkey that a subnet keeps. */
export const MOST_REVEALS = 10

const { mostBytes } = COMMITMENT_KINDS.TimelockEncrypted
const revealShape = shape<CommitmentReveal>({ block: wholeNumber(), text: bytes() })
const isReveal = (value: unknown): value is CommitmentReveal =>
  fits(revealShape, value) && (value as CommitmentReveal).text.length <= mostBytes

/** The last reveals, the oldest first. */
export const revealsColumn: Column<readonly CommitmentReveal[]> = {
  check: custom(
    `Expected at most ${MOST_REVEALS} reveals.`,
    (value) => Array.isArray(value) && value.length <= MOST_REVEALS && isEach(value, isReveal),
  ),
  write(to, reveals) {
    to.u32(reveals.length)
    for (const { block, text } of reveals) {
      to.f64(block)
      to.u32(text.length)
      to.bytes(text)
    }
  },
  read(from) {
    return Array.from({ length: from.u32() }, () => ({
      block: from.f64(),
      text: from.bytes(from.u32()).slice(),
    }))
  },
  blank: () => [],
}
