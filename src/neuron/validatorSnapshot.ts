import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { BaseError, describeValue, printableName } from '../errors/index.js'
import { ScoreBook, type Standing } from '../mechanism/index.js'
import { type Address, asHotkey, type BlockNumber, type Hotkey, type Netuid } from '../units/index.js'
import { readCommits, readLocks, writtenCommits, writtenLocks } from './commitRows.js'
import type { LockedWeights } from './TimelockCommits.js'
import type { KeptCommit } from './WeightsCommits.js'

const FORMAT = 'subnetkit/validator/3'

/** The form before commits were kept: it is read as one without any. */
const FORMAT_WITHOUT_COMMITS = 'subnetkit/validator/2'

/** Stored bytes are not a memory that this validator can resume from. */
export class ValidatorStateError extends BaseError {
  override readonly name = 'ValidatorStateError'
  readonly code = 'ValidatorState'
  /** What is wrong with the bytes. */
  readonly why: string

  constructor(details: { why: string; cause?: unknown }) {
    super(`The stored validator state cannot be used: ${details.why}.`, {
      hints: ['Give each validator its own store, or remove this one to start without memory.'],
      docsPath: 'errors#validator-state',
      cause: details.cause,
    })
    this.why = details.why
  }
}

/** What a validator remembers after a round. */
export interface ValidatorSnapshot {
  /** Hash of block 0 of the chain that it is about: who is who, and what a block number means, holds there alone. */
  readonly genesisHash: string
  readonly netuid: Netuid
  /** Which of the subnet's mechanisms it weighs under; 0, the first, where it is left out. */
  readonly mechanismId?: number
  readonly hotkey: Hotkey
  readonly stateVersion: number
  readonly round: number
  /** Hash of the block that seeded the round: a round is never booked twice. Empty before the first. */
  readonly blockHash: string
  /** The mechanism's state, in canonical bytes. */
  readonly state: Uint8Array
  readonly book: ScoreBook
  /** Block in which each miner was last asked. */
  readonly lastAsked: ReadonlyMap<Hotkey, BlockNumber>
  /** Weights that it committed to by hash and has not revealed. */
  readonly commits: readonly KeptCommit[]
  /** Weights that it locked to a time and has not seen opened. */
  readonly locks: readonly LockedWeights[]
  /** Names of rounds that waited and were booked, and may still lie in their store. */
  readonly booked?: readonly string[]
  /** Key of what no miner may know, 32 bytes; where a mechanism has used it. */
  readonly secretKey?: Uint8Array
}

/** The subnet, and the mechanism where it is not the first. */
function placeOf({
  netuid,
  mechanismId = 0,
}: Pick<ValidatorSnapshot, 'netuid' | 'mechanismId'>): CanonicalValue {
  return mechanismId === 0 ? netuid : [netuid, mechanismId]
}

/** What {@link placeOf} made, whatever stands there. */
function readPlace(place: CanonicalValue | undefined): { netuid: unknown; mechanismId: unknown } {
  const [netuid, mechanismId = 0] = Array.isArray(place) ? place : [place]
  return { netuid, mechanismId }
}

/** Writes a snapshot as canonical bytes. */
export function encodeSnapshot(snapshot: ValidatorSnapshot): Uint8Array {
  const standings = Array.from(snapshot.book.entries(), ([hotkey, standing]) => [
    hotkey,
    standing.mean,
    standing.count,
    standing.failuresInRow,
    standing.lastSeenBlock,
  ])
  return encodeCanonical([
    FORMAT,
    placeOf(snapshot),
    snapshot.hotkey,
    snapshot.stateVersion,
    snapshot.genesisHash,
    snapshot.round,
    snapshot.blockHash,
    snapshot.state,
    standings,
    Array.from(snapshot.book.registrations(), ([hotkey, block]) => [hotkey, block]),
    Array.from(snapshot.lastAsked, ([hotkey, block]) => [hotkey, block]),
    writtenCommits(snapshot.commits),
    writtenLocks(snapshot.locks),
    ...lastFields(snapshot),
  ])
}

/** What there is not for every mechanism. */
function lastFields({ secretKey, booked = [] }: ValidatorSnapshot): readonly CanonicalValue[] {
  if (booked.length > 0) return [secretKey ?? null, [...booked]]
  return secretKey === undefined ? [] : [secretKey]
}

/**
 * Reads a snapshot.
 *
 * @throws ValidatorStateError for bytes of another format, subnet or hotkey.
 */
export function decodeSnapshot(
  bytes: Uint8Array,
  owner: Pick<ValidatorSnapshot, 'netuid' | 'mechanismId' | 'hotkey'>,
): ValidatorSnapshot {
  const fields = withCommits(readFields(bytes))
  const [format, place, hotkey, stateVersion, genesisHash, round, blockHash, state, ...lists] = fields
  if (format !== FORMAT || fields.length < 13 || fields.length > 15)
    throw new ValidatorStateError({ why: `it is not ${FORMAT}` })
  const { netuid, mechanismId } = readPlace(place)
  if (netuid !== owner.netuid || mechanismId !== (owner.mechanismId ?? 0) || hotkey !== owner.hotkey) {
    const under = mechanismId === 0 ? '' : ` and mechanism ${describeValue(mechanismId)}`
    throw new ValidatorStateError({
      why: `it belongs to hotkey ${typeof hotkey === 'string' ? printableName(hotkey) : describeValue(hotkey)} on netuid ${describeValue(netuid)}${under}`,
    })
  }
  if (typeof stateVersion !== 'number' || typeof round !== 'number') {
    throw new ValidatorStateError({ why: 'its version or round is missing' })
  }
  if (typeof genesisHash !== 'string' || typeof blockHash !== 'string') {
    throw new ValidatorStateError({ why: 'the hash of its chain or of its block is missing' })
  }
  if (!(state instanceof Uint8Array)) throw new ValidatorStateError({ why: 'its state is missing' })
  const [standings, registrations, lastAsked, commits, locks, secretKey, booked] = lists
  return {
    ...owner,
    genesisHash,
    stateVersion,
    round,
    blockHash,
    state,
    book: readBook(standings, registrations),
    lastAsked: new Map(readRows(lastAsked, 1, ([block = 0]) => block)),
    commits: kept(readCommits(commits)),
    locks: kept(readLocks(locks)),
    ...(booked === undefined ? {} : { booked: readNames(booked) }),
    // With names there is a place for the key, also where there is none.
    ...(secretKey === undefined || (secretKey === null && fields.length === 15)
      ? {}
      : { secretKey: readKey(secretKey) }),
  }
}

function readNames(names: CanonicalValue): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  throw new ValidatorStateError({ why: 'what it says of rounds that waited is malformed' })
}

function readKey(key: CanonicalValue): Uint8Array {
  if (key instanceof Uint8Array && key.length === 32) return key
  throw new ValidatorStateError({ why: 'its secret key is malformed' })
}

/** Fields of the form before as those of this one. */
function withCommits(
  fields: readonly (CanonicalValue | undefined)[],
): readonly (CanonicalValue | undefined)[] {
  const [format, ...others] = fields
  return format === FORMAT_WITHOUT_COMMITS && others.length === 10 ? [FORMAT, ...others, [], []] : fields
}

function kept<Commit>(commits: readonly Commit[] | undefined): readonly Commit[] {
  if (commits === undefined)
    throw new ValidatorStateError({ why: 'what it committed its weights to is malformed' })
  return commits
}

/** The state in a snapshot: what a mechanism of the same `stateVersion` stored, so it has that mechanism's type. */
export function decodeState<State extends CanonicalValue>(bytes: Uint8Array): State {
  return readable(() => decodeCanonical(bytes)) as State
}

function readFields(bytes: Uint8Array): readonly (CanonicalValue | undefined)[] {
  const value = readable(() => decodeCanonical(bytes))
  return Array.isArray(value) ? value : []
}

function readBook(
  standings: CanonicalValue | undefined,
  registrations: CanonicalValue | undefined,
): ScoreBook {
  const rows = readRows(
    standings,
    4,
    ([mean = 0, count = 0, failuresInRow = 0, lastSeenBlock = 0]): Standing => {
      return { mean, count, failuresInRow, lastSeenBlock }
    },
  )
  const blocks = readRows(registrations, 1, ([block = 0]) => block)
  return readable(() => new ScoreBook(rows, blocks))
}

/** Rows of a hotkey and so many numbers. */
function readRows<Row>(
  value: CanonicalValue | undefined,
  count: number,
  read: (numbers: readonly number[]) => Row,
): [Hotkey, Row][] {
  const rows: readonly CanonicalValue[] = Array.isArray(value) ? value : [null]
  return rows.map((row) => {
    const [hotkey, ...numbers] = Array.isArray(row) ? row : []
    if (typeof hotkey !== 'string' || numbers.length !== count || !numbers.every(isNumber)) {
      throw new ValidatorStateError({ why: 'what it says of a hotkey is malformed' })
    }
    return [asHotkey(hotkey as Address), read(numbers)]
  })
}

function isNumber(value: CanonicalValue): value is number {
  return typeof value === 'number'
}

function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new ValidatorStateError({ why: 'its bytes are damaged', cause })
  }
}
