import type { BlockNumber } from '../../units/index.js'

/** The block so many blocks later, or the last one that has a number: settings may be longer than a chain will live. */
export function laterBlock(block: BlockNumber, blocks: number): BlockNumber {
  return Math.min(block + blocks, Number.MAX_SAFE_INTEGER)
}
