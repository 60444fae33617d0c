import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { isAddress } from '../crypto/index.js'
import { BaseError, InvariantError } from '../errors/index.js'
import type { Address } from '../units/index.js'
import { type Beginning, keep } from './beginning.js'
import type { BlockHeader } from './block/header.js'
import { sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import { SnapshotError } from './errors.js'
import { checkState } from './state/checkState.js'
import { LedgerState } from './state/LedgerState.js'
import type { Store } from './state/Store.js'
import { config } from './state/tables.js'

const FORMAT = 'subnetkit/snapshot/3'

/** What of a header is not known from the one before it. */
type Link = readonly [stateHash: string, callsHash: string, callCount: number, author: Address | null]

/** Writes block 0's hash, the last headers and every record. */
export function encodeSnapshot(state: LedgerState, recent: RecentBlocks): Uint8Array {
  const headers = recent.all()
  const { number, parentHash } = headers[0]!
  const links = headers.map(
    ({ stateHash, callsHash, callCount, author }): Link => [stateHash, callsHash, callCount, author],
  )
  const chain = [number, parentHash, links, recent.head.hash] as const
  return encodeCanonical([FORMAT, recent.genesisHash, chain, state.root(), state.encode()])
}

/**
 * Reads a snapshot back. What is accepted is what a ledger could have written: it is written again to the same bytes.
 *
 * @throws SnapshotError when the bytes are no snapshot, a header does not follow from those before it, the state does not
 *   hash to what its head says, a record is out of range, or an invariant is broken.
 * PERF: reads, writes and checks every record, and hashes every header.
 */
export function decodeSnapshot(bytes: Uint8Array, store: Store | undefined): Beginning {
  try {
    const state = new LedgerState()
    const [format, genesisHash, chain, stateHash, records] = listOf(decodeCanonical(bytes))
    if (format !== FORMAT) throw new SnapshotError({ why: `its format is ${nameOf(format)}, not ${FORMAT}` })
    if (!(records instanceof Uint8Array)) throw new SnapshotError({ why: 'its records are missing' })
    state.load(records)
    const recent = readHeaders(genesisHash, chain, state)
    if (state.root() !== stateHash)
      throw new SnapshotError({ why: 'its state does not hash to what it names' })
    checkState(state, recent.head)
    if (!isSame(encodeSnapshot(state, recent), bytes)) {
      throw new SnapshotError({ why: 'it is not written as a ledger writes it' })
    }
    keep(state, recent, store)
    return { state, recent }
  } catch (cause) {
    if (cause instanceof SnapshotError) throw cause
    const why =
      cause instanceof BaseError && !(cause instanceof InvariantError)
        ? `its bytes are damaged (${cause.message})`
        : 'its bytes are damaged'
    throw new SnapshotError({ why, cause })
  }
}

/** The headers, each hashed from what it says, up to the head. */
function readHeaders(genesisHash: unknown, chain: unknown, state: LedgerState): RecentBlocks {
  const { callWindowBlocks } = state.required(config)
  const [first, firstParent, links, headHash] = listOf(chain)
  const headers: BlockHeader[] = []
  for (const link of listOf(links)) {
    const [stateHash, callsHash, callCount, author] = listOf(link) as unknown as Link
    const number = Number(first) + headers.length
    const parentHash = headers.at(-1)?.hash ?? (firstParent as string)
    const header = { number, parentHash, stateHash, callsHash, callCount, author }
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
  author,
}: Omit<BlockHeader, 'hash'>): boolean {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  const isAuthor = author === null || (typeof author === 'string' && isAddress(author))
  return isCount(number) && isCount(callCount) && isAuthor && [parentHash, stateHash, callsHash].every(isHash)
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
}

function nameOf(format: CanonicalValue | undefined): string {
  return typeof format === 'string' && format.startsWith('subnetkit/') ? format.slice(0, 40) : 'another'
}

function listOf(value: unknown): readonly CanonicalValue[] {
  if (Array.isArray(value)) return value
  throw new SnapshotError({ why: 'a list is missing' })
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
