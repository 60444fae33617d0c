import type { CanonicalValue } from '../codec/index.js'
import { isAddress } from '../crypto/index.js'
import { BaseError, InvariantError } from '../errors/index.js'
import type { Address } from '../units/index.js'
import { type BlockHeader, sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import { SnapshotError } from './errors.js'
import type { LedgerState } from './state/LedgerState.js'
import { config } from './state/tables.js'

/** What of a header is not known from the one before it. */
type Link = readonly [stateHash: string, callsHash: string, callCount: number, author: Address | null]

/** Headers, oldest first, without what each says of the one before it. */
export type HeldChain = readonly [
  first: number,
  firstParent: string,
  links: readonly Link[],
  headHash: string,
]

/** What {@link readHeaders} reads. */
export function chainOf(headers: readonly BlockHeader[]): HeldChain {
  const links = headers.map(
    ({ stateHash, callsHash, callCount, author }): Link => [stateHash, callsHash, callCount, author],
  )
  return [headers[0]?.number ?? 0, headers[0]?.parentHash ?? '', links, headers.at(-1)?.hash ?? '']
}

/** The headers, each hashed from what it says, up to the head. Throws SnapshotError. */
export function readHeaders(genesisHash: unknown, chain: unknown, state: LedgerState): RecentBlocks {
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

export function listOf(value: unknown): readonly CanonicalValue[] {
  if (Array.isArray(value)) return value
  throw new SnapshotError({ why: 'a list is missing' })
}

/**
 * What was made of bytes or records of strangers.
 *
 * @throws SnapshotError for whatever went wrong: `why`, with the reason when it says where they are damaged.
 */
export function understood<T>(why: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof SnapshotError) throw cause
    const isNamed = cause instanceof BaseError && !(cause instanceof InvariantError)
    throw new SnapshotError({ why: isNamed ? `${why} (${cause.shortMessage})` : why, cause })
  }
}
