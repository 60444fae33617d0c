import { type Field, FlatWriter, type Part } from './FlatWriter.js'

/** Every message begins with these four bytes. */
export const CONTINUATION = 0xffff_ffff
/** Those, and the length of what says what the message is. */
export const PREFIX_BYTES = 8
export const ALIGNMENT = 8

/** What a message holds. */
export const SCHEMA_MESSAGE = 1
export const BATCH_MESSAGE = 3
/** The types of Arrow that are used. */
export const INT_TYPE = 2
export const FLOAT_TYPE = 3
/** 64 bits. */
export const DOUBLE_PRECISION = 2
const VERSION_5 = 4

export const byte = (value: number): Field => ({ bytes: 1, value })
export const short = (value: number): Field => ({ bytes: 2, value })
export const int = (value: number): Field => ({ bytes: 4, value })
export const long = (value: bigint): Field => ({ bytes: 8, value })
export const refer = (part: Part): Field => ({ refers: part })

export const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT

/** A message of the Arrow stream format: what it is, and the bytes that belong to it. */
export function encapsulated(kind: number, header: Part, body: Uint8Array): Uint8Array {
  const metadata = FlatWriter.write({
    table: [short(VERSION_5), byte(kind), refer(header), long(BigInt(body.length))],
  })
  const message = new Uint8Array(PREFIX_BYTES + metadata.length + body.length)
  const view = new DataView(message.buffer)
  view.setUint32(0, CONTINUATION, true)
  view.setInt32(4, metadata.length, true)
  message.set(metadata, PREFIX_BYTES)
  message.set(body, PREFIX_BYTES + metadata.length)
  return message
}
