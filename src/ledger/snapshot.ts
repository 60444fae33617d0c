import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { SnapshotError } from './errors.js'
import { LedgerState } from './state/LedgerState.js'
import type { EncodedTable } from './state/RecordStore.js'
import type { BlockHeader } from './types.js'

const FORMAT = 'subnetkit/snapshot/1'

/** Writes the head and every record. */
export function encodeSnapshot(state: LedgerState, head: BlockHeader): Uint8Array {
  const { number, hash, parentHash, stateHash, callCount } = head
  return encodeCanonical([FORMAT, [number, hash, parentHash, stateHash, callCount], state.store.encode()])
}

/**
 * Reads a snapshot back.
 *
 * @throws SnapshotError when the bytes are no snapshot or the state does not hash to what its head says.
 */
export function decodeSnapshot(bytes: Uint8Array): { state: LedgerState; head: BlockHeader } {
  const state = new LedgerState()
  let head: BlockHeader
  try {
    const [format, header, tables] = decodeCanonical(bytes) as readonly CanonicalValue[]
    if (format !== FORMAT) throw new SnapshotError({ why: `its format is not ${FORMAT}` })
    const [number, hash, parentHash, stateHash, callCount] = header as [
      number,
      string,
      string,
      string,
      number,
    ]
    head = { number, hash, parentHash, stateHash, callCount }
    state.store.load(tables as never as readonly EncodedTable[])
  } catch (cause) {
    if (cause instanceof SnapshotError) throw cause
    throw new SnapshotError({ why: 'its bytes are damaged', cause })
  }
  if (state.store.root() !== head.stateHash || state.chain.block !== head.number) {
    throw new SnapshotError({ why: 'its state is not the one its head names' })
  }
  return { state, head }
}
