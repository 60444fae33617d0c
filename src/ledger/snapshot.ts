import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { BaseError } from '../errors/index.js'
import { sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import { SnapshotError } from './errors.js'
import { findBrokenInvariants } from './invariants.js'
import { LedgerState } from './state/LedgerState.js'
import type { EncodedTable } from './state/RecordStore.js'
import { checkRecords } from './state/recordChecks.js'
import { configTable } from './state/tables.js'
import type { BlockHeader } from './types.js'

const FORMAT = 'subnetkit/snapshot/2'

/** What of a header is not known from the one before it. */
type Link = readonly [stateHash: string, callsHash: string, callCount: number]

/** Writes block 0's hash, the last headers and every record. */
export function encodeSnapshot(state: LedgerState, recent: RecentBlocks): Uint8Array {
  const headers = recent.all()
  const { number, parentHash } = headers[0]!
  const links = headers.map(({ stateHash, callsHash, callCount }): Link => [stateHash, callsHash, callCount])
  const chain = [number, parentHash, links, recent.head.hash] as const
  return encodeCanonical([FORMAT, recent.genesisHash, chain, state.store.encode()])
}

/**
 * Reads a snapshot back. What is accepted is what a ledger could have written: it is written again to the same bytes.
 *
 * @throws SnapshotError when the bytes are no snapshot, a header does not follow from those before it, the state does not
 *   hash to what its head says, a record is out of range, or an invariant is broken.
 * PERF: reads, writes and checks every record, and hashes every header.
 */
export function decodeSnapshot(bytes: Uint8Array): { state: LedgerState; recent: RecentBlocks } {
  try {
    const state = new LedgerState()
    const [format, genesisHash, chain, tables] = listOf(decodeCanonical(bytes))
    if (format !== FORMAT) throw new SnapshotError({ why: `its format is not ${FORMAT}` })
    state.store.load(tables as never as readonly EncodedTable[])
    checkRecords(state.store)
    const recent = readHeaders(genesisHash, chain, state)
    if (state.store.root() !== recent.head.stateHash || state.chain.block !== recent.head.number) {
      throw new SnapshotError({ why: 'its state is not the one its head names' })
    }
    // What is there is asked for whole: a missing record is one more broken invariant.
    for (const netuid of state.netuids()) state.clock(netuid)
    const broken = findBrokenInvariants(state)
    if (broken.length > 0) throw new SnapshotError({ why: `its state cannot be: ${broken[0]}` })
    if (!isSame(encodeSnapshot(state, recent), bytes)) {
      throw new SnapshotError({ why: 'it is not written as a ledger writes it' })
    }
    return { state, recent }
  } catch (cause) {
    if (cause instanceof SnapshotError) throw cause
    const why =
      cause instanceof BaseError ? `its bytes are damaged (${cause.message})` : 'its bytes are damaged'
    throw new SnapshotError({ why, cause })
  }
}

/** The headers, each hashed from what it says, up to the head. */
function readHeaders(genesisHash: unknown, chain: unknown, state: LedgerState): RecentBlocks {
  const { callWindowBlocks } = state.store.get(configTable, '')!
  const [first, firstParent, links, headHash] = listOf(chain)
  const headers: BlockHeader[] = []
  for (const link of listOf(links)) {
    const [stateHash, callsHash, callCount] = listOf(link) as unknown as Link
    const number = Number(first) + headers.length
    const parentHash = headers.at(-1)?.hash ?? (firstParent as string)
    const header = { number, parentHash, stateHash, callsHash, callCount }
    if (!isHeader(header)) throw new SnapshotError({ why: `header ${number} is none` })
    headers.push(sealHeader(number === 0 ? undefined : (genesisHash as string), header))
  }
  const missing = Math.min(callWindowBlocks, Number(first) + headers.length) !== headers.length
  if (!isHash(genesisHash) || missing) throw new SnapshotError({ why: 'headers are missing' })
  if (headers.at(-1)!.hash !== headHash) {
    throw new SnapshotError({ why: 'its head does not hash to what it names' })
  }
  if (first === 0 && headers[0]!.hash !== genesisHash) {
    throw new SnapshotError({ why: 'its block 0 is not the one it names' })
  }
  return new RecentBlocks({ genesisHash, windowBlocks: callWindowBlocks, headers })
}

function isHeader({
  number,
  parentHash,
  stateHash,
  callsHash,
  callCount,
}: Omit<BlockHeader, 'hash'>): boolean {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  return isCount(number) && isCount(callCount) && [parentHash, stateHash, callsHash].every(isHash)
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function listOf(value: unknown): readonly CanonicalValue[] {
  if (Array.isArray(value)) return value
  throw new SnapshotError({ why: 'a list is missing' })
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
