import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import type { Beginning } from './beginning.js'
import type { RecentBlocks } from './block/RecentBlocks.js'
import { SnapshotError } from './errors.js'
import { chainOf, listOf, readHeaders, understood } from './heldChain.js'
import { checkState } from './state/checkState.js'
import { LedgerState } from './state/LedgerState.js'

const FORMAT = 'subnetkit/snapshot/5'

/** Writes block 0's hash, the last headers, every record, and the name of the emission policy. */
export function encodeSnapshot(state: LedgerState, recent: RecentBlocks, policyName: string): Uint8Array {
  const chain = chainOf(recent.all())
  return encodeCanonical([FORMAT, recent.genesisHash, chain, state.root(), state.encode(), policyName])
}

/**
 * Reads a snapshot back. What is accepted is what a ledger could have written: it is written again to the same bytes.
 *
 * @throws SnapshotError when the bytes are no snapshot, a header does not follow from those before it, the state does not
 *   hash to what its head says, a record is out of range, or an invariant is broken.
 * PERF: reads, writes and checks every record, and hashes every header.
 */
export function decodeSnapshot(bytes: Uint8Array): Beginning {
  return understood('its bytes are damaged', () => {
    const state = new LedgerState()
    const [format, genesisHash, chain, stateHash, records, policyName] = listOf(decodeCanonical(bytes))
    if (format !== FORMAT) throw new SnapshotError({ why: `its format is ${nameOf(format)}, not ${FORMAT}` })
    if (!(records instanceof Uint8Array)) throw new SnapshotError({ why: 'its records are missing' })
    if (typeof policyName !== 'string') throw new SnapshotError({ why: 'it names no emission policy' })
    state.load(records)
    const recent = readHeaders(genesisHash, chain, state)
    if (state.root() !== stateHash)
      throw new SnapshotError({ why: 'its state does not hash to what it names' })
    checkState(state, recent.head)
    if (!isSame(encodeSnapshot(state, recent, policyName), bytes)) {
      throw new SnapshotError({ why: 'it is not written as a ledger writes it' })
    }
    return { state, recent, policyName, isStored: false }
  })
}

function nameOf(format: CanonicalValue | undefined): string {
  return typeof format === 'string' && format.startsWith('subnetkit/') ? format.slice(0, 40) : 'another'
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
