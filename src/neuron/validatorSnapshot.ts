import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { BaseError } from '../errors/index.js'
import { ScoreBook, type Standing } from '../mechanism/index.js'
import { type Address, asHotkey, type Hotkey, type Netuid } from '../units/index.js'

const FORMAT = 'subnetkit/validator/1'

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
export interface ValidatorSnapshot<State extends CanonicalValue> {
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly stateVersion: number
  readonly round: number
  /** Hash of the block that seeded the round: a round is never booked twice. */
  readonly blockHash: string
  readonly state: State
  readonly book: ScoreBook
}

/** Writes a snapshot as canonical bytes. */
export function encodeSnapshot<State extends CanonicalValue>(snapshot: ValidatorSnapshot<State>): Uint8Array {
  const standings = Array.from(snapshot.book.entries(), ([hotkey, standing]) => [
    hotkey,
    standing.mean,
    standing.count,
    standing.failuresInRow,
    standing.lastSeenBlock,
  ])
  return encodeCanonical([
    FORMAT,
    snapshot.netuid,
    snapshot.hotkey,
    snapshot.stateVersion,
    snapshot.round,
    snapshot.blockHash,
    snapshot.state,
    standings,
  ])
}

/**
 * Reads a snapshot. The state is what a mechanism of the same `stateVersion` stored, so it has that mechanism's type.
 *
 * @throws ValidatorStateError for bytes of another format, subnet or hotkey.
 */
export function decodeSnapshot<State extends CanonicalValue>(
  bytes: Uint8Array,
  owner: { netuid: Netuid; hotkey: Hotkey },
): ValidatorSnapshot<State> {
  const fields = readFields(bytes)
  const [format, netuid, hotkey, stateVersion, round, blockHash, state, standings] = fields
  if (format !== FORMAT || fields.length !== 8) throw new ValidatorStateError({ why: `it is not ${FORMAT}` })
  if (netuid !== owner.netuid || hotkey !== owner.hotkey) {
    throw new ValidatorStateError({
      why: `it belongs to hotkey ${String(hotkey)} on netuid ${String(netuid)}`,
    })
  }
  if (typeof stateVersion !== 'number' || typeof round !== 'number' || typeof blockHash !== 'string') {
    throw new ValidatorStateError({ why: 'its version, round or block hash is missing' })
  }
  return {
    netuid: owner.netuid,
    hotkey: owner.hotkey,
    stateVersion,
    round,
    blockHash,
    state: state as State,
    book: new ScoreBook(readStandings(standings)),
  }
}

function readFields(bytes: Uint8Array): readonly (CanonicalValue | undefined)[] {
  try {
    const value = decodeCanonical(bytes)
    return Array.isArray(value) ? value : []
  } catch (cause) {
    throw new ValidatorStateError({ why: 'its bytes are damaged', cause })
  }
}

function readStandings(value: CanonicalValue | undefined): [Hotkey, Standing][] {
  const rows: readonly CanonicalValue[] = Array.isArray(value) ? value : [null]
  return rows.map((row) => {
    const [hotkey, ...numbers] = Array.isArray(row) ? row : []
    if (typeof hotkey !== 'string' || numbers.length !== 4 || !numbers.every((n) => typeof n === 'number')) {
      throw new ValidatorStateError({ why: 'a standing in it is malformed' })
    }
    const [mean, count, failuresInRow, lastSeenBlock] = numbers as [number, number, number, number]
    return [asHotkey(hotkey as Address), { mean, count, failuresInRow, lastSeenBlock }]
  })
}
