/*
 * Typed columns as little-endian bytes and back, whatever the machine's own byte order.
 */

export function bytesOfU16(column: Uint16Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(column.length * 2))
  for (let index = 0; index < column.length; index++) view.setUint16(index * 2, column[index]!, true)
  return new Uint8Array(view.buffer)
}

export function bytesOfU32(column: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(column.length * 4))
  for (let index = 0; index < column.length; index++) view.setUint32(index * 4, column[index]!, true)
  return new Uint8Array(view.buffer)
}

export function bytesOfU64(column: BigUint64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(column.length * 8))
  for (let index = 0; index < column.length; index++) view.setBigUint64(index * 8, column[index]!, true)
  return new Uint8Array(view.buffer)
}

export function bytesOfF64(column: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(column.length * 8))
  for (let index = 0; index < column.length; index++) view.setFloat64(index * 8, column[index]!, true)
  return new Uint8Array(view.buffer)
}

export function u16OfBytes(bytes: Uint8Array): Uint16Array {
  const view = viewOf(bytes)
  return Uint16Array.from({ length: bytes.length / 2 }, (_, index) => view.getUint16(index * 2, true))
}

export function u32OfBytes(bytes: Uint8Array): Uint32Array {
  const view = viewOf(bytes)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true))
}

export function u64OfBytes(bytes: Uint8Array): BigUint64Array {
  const view = viewOf(bytes)
  return BigUint64Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigUint64(index * 8, true))
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
