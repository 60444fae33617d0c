import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { MalformedKeyFileError } from './keyFileErrors.js'

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt)

/** Salt of 32 bytes, then N, p and r, each a little-endian 32-bit number. */
export const SCRYPT_PRELUDE_LENGTH = 44

// The most that the tools which write these files ask for, in memory and in time; they read no more themselves.
/** Memory is 128 N r bytes. */
const MEMORY_LIMIT = 128 * 1024 * 1024
/** Time follows the blocks that are mixed, N r p: this many take about half a second. */
const WORK_LIMIT = 2 ** 20
const PARALLEL_LIMIT = 16

interface ScryptCost {
  readonly N: number
  readonly p: number
  readonly r: number
}

/**
 * The key of a browser export's box, 32 bytes.
 *
 * @throws MalformedKeyFileError for a cost out of bounds: the file states it, and it comes from anywhere.
 */
export async function scryptKey(encoded: Uint8Array, password: string): Promise<Uint8Array> {
  const { N, p, r } = costOf(encoded)
  // Node refuses without an explicit allowance of what the parameters need.
  const maxmem = 128 * r * (N + p + 2) + 1024
  const derived = await derive(password, encoded.subarray(0, 32), 64, { N, p, r, maxmem })
  return new Uint8Array(derived.subarray(0, 32))
}

/** What is paid for the key of a file, held to its bounds before it is paid. */
function costOf(encoded: Uint8Array): ScryptCost {
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const [N, p, r] = [view.getUint32(32, true), view.getUint32(36, true), view.getUint32(40, true)]
  // The algorithm itself has no N of 2^(16 r) or more.
  const isPower = N >= 2 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r
  if (!isPower || p < 1 || r < 1 || p > PARALLEL_LIMIT) {
    throw new MalformedKeyFileError({ why: 'its scrypt parameters are out of bounds' })
  }
  const isAffordable = 128 * N * r <= MEMORY_LIMIT && 128 * p * r <= MEMORY_LIMIT && N * r * p <= WORK_LIMIT
  if (!isAffordable) {
    const why = `its key derivation (scrypt N ${N}, r ${r}, p ${p}) costs more memory or time than is paid for a file`
    throw new MalformedKeyFileError({ why })
  }
  return { N, p, r }
}
