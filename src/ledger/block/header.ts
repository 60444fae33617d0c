import { sha256Hex } from '../../crypto/index.js'
import type { Address, BlockNumber } from '../../units/index.js'
import { ByteWriter, putHex } from '../state/bytes.js'
import type { TimelockInput } from '../timelocks/timelockInput.js'

export interface BlockHeader {
  readonly number: BlockNumber
  /** Hex, 32 bytes: over block 0, parent, number, calls and state. */
  readonly hash: string
  readonly parentHash: string
  /** Hex, 32 bytes. */
  readonly stateHash: string
  /** Hex, 32 bytes: over the hashes of its calls in order, and what came with them of time locks. */
  readonly callsHash: string
  readonly callCount: number
  /** Who made the block, and will have its fees; `null` when nobody is named. */
  readonly author: Address | null
}

/** Most headers a ledger keeps: the call window is no longer. */
export const MAX_CALL_WINDOW_BLOCKS = 65_536

/** Stands where block 0 would name itself. */
const NO_BLOCK = '0'.repeat(64)

/** Used again and again: to make one costs more than to hash a header. */
const writer = new ByteWriter(512)

/** What of the last header that was sealed most headers have in common with the next one, and the bytes of it. */
const common = { genesisHash: '', callsHash: '', start: new Uint8Array(0), calls: new Uint8Array(32) }

/**
 * A header with its hash. Hashes cover the calls' payloads and the state, never a signature: signers could choose those.
 *
 * @param genesisHash - hash of block 0; `undefined` for block 0 itself.
 */
export function sealHeader(genesisHash: string = NO_BLOCK, header: Omit<BlockHeader, 'hash'>): BlockHeader {
  const { number, parentHash, stateHash, callsHash, callCount, author } = header
  if (genesisHash !== common.genesisHash) {
    writer.text('subnetkit/block/4')
    writer.hex(genesisHash)
    common.start = writer.taken().slice()
    common.genesisHash = genesisHash
  }
  if (callsHash !== common.callsHash) {
    putHex(common.calls, 0, callsHash)
    common.callsHash = callsHash
  }
  writer.bytes(common.start)
  writer.hex(parentHash)
  writer.hex(stateHash)
  writer.bytes(common.calls)
  writer.text(author ?? '')
  writer.f64(number)
  writer.f64(callCount)
  const hash = sha256Hex(writer.taken())
  return Object.freeze({ number, hash, parentHash, stateHash, callsHash, callCount, author })
}

let hashOfNone: string | undefined

/** What a header says of its calls, and of the pulses and texts that came with them: of these the signatures are in no hash either. */
export function hashCalls(callHashes: readonly string[], { pulses, texts }: TimelockInput = NOTHING): string {
  if (callHashes.length + pulses.length + texts.length > 0) return hashOf(callHashes, { pulses, texts })
  // Most blocks of a simulation have none.
  hashOfNone ??= hashOf([], NOTHING)
  return hashOfNone
}

const NOTHING: TimelockInput = { pulses: [], texts: [] }

function hashOf(callHashes: readonly string[], { pulses, texts }: TimelockInput): string {
  const textHashes = texts.map(({ text }) => (text === null ? NO_BLOCK : sha256Hex(text)))
  writer.text('subnetkit/calls/2')
  for (const hash of callHashes) writer.hex(hash)
  if (pulses.length + texts.length > 0) {
    writer.text('subnetkit/timelocks/1')
    for (const { round } of pulses) writer.f64(round)
    for (const [at, { round, commitHash }] of texts.entries()) {
      writer.f64(round)
      writer.hex(commitHash)
      writer.hex(textHashes[at] ?? NO_BLOCK)
    }
  }
  return sha256Hex(writer.taken())
}
