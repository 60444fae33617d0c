import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Router } from 'subnetkit/router'
import { atMiner } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { BLOB_BYTES, get, put } from './protocol.js'
import { unseal } from './seal.js'
import { rootOf } from './tree.js'

/** Where a blob of a file is: its name, and who keeps it. */
export interface Place {
  readonly id: string
  readonly miner: string
}

/** What a customer keeps of a file that it gave away. */
export interface Receipt {
  readonly places: readonly Place[]
  readonly secret: Uint8Array
}

/** Bytes of the length of a file before it, and of the tag after it. */
const [LENGTH, TAG] = [4, 16]
const CIPHER = 'aes-256-gcm'
/** Each file has a key of its own. */
const IV = new Uint8Array(12)

/** A file as blobs that tell nothing of it to who keeps them. */
export function blobsOf(file: Uint8Array, secret: Uint8Array): Uint8Array[] {
  const count = Math.ceil((LENGTH + file.length + TAG) / BLOB_BYTES)
  const plain = Buffer.alloc(count * BLOB_BYTES - TAG)
  plain.writeUInt32LE(file.length)
  plain.set(file, LENGTH)
  const cipher = createCipheriv(CIPHER, secret, IV)
  const whole = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return Array.from({ length: count }, (_, at) => whole.subarray(at * BLOB_BYTES, (at + 1) * BLOB_BYTES))
}

/** The file that blobs were made of. @throws where one of them is another. */
export function fileOf(blobs: readonly Uint8Array[], secret: Uint8Array): Uint8Array {
  const whole = Buffer.concat(blobs)
  const decipher = createDecipheriv(CIPHER, secret, IV)
  decipher.setAuthTag(whole.subarray(-TAG))
  const plain = Buffer.concat([decipher.update(whole.subarray(0, -TAG)), decipher.final()])
  return plain.subarray(LENGTH, LENGTH + plain.readUInt32LE())
}

/** Has a file kept, each blob by whom a validator finds. @throws where one cannot be placed, or is not what was given. */
export async function storeFile(router: Router, file: Uint8Array, timeoutMs: number): Promise<Receipt> {
  const secret = randomBytes(32)
  const places: Place[] = []
  for (const data of blobsOf(file, secret)) {
    const id = rootOf(data)
    const result = await router.call(put, { data }, { timeoutMs })
    if (result.status !== 'ok') throw new Error(`Nobody took blob ${places.length}: ${result.reason}`)
    const { miner, sealed } = result.answer
    const key = { id, miner, validator: result.hotkey as Hotkey }
    if (rootOf(unseal(sealed, key)) !== id) throw new Error(`${miner} did not seal blob ${places.length}.`)
    places.push({ id, miner })
  }
  return { places, secret }
}

/** Gets a file back. @throws where a blob is lost, or another. */
export async function fetchFile(
  router: Router,
  { places, secret }: Receipt,
  timeoutMs: number,
): Promise<Uint8Array> {
  const blobs: Uint8Array[] = []
  for (const { id, miner } of places) {
    const result = await router.call(atMiner(get), { miner, request: { id } }, { timeoutMs })
    if (result.status !== 'ok')
      throw new Error(`${miner} did not give blob ${blobs.length} back: ${result.reason}`)
    blobs.push(result.answer.data)
  }
  return fileOf(blobs, secret)
}
