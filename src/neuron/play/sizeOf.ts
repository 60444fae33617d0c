/**
 * What an answer weighs against the bytes that a miner may fill: 9 a number, text and bytes by their length, 5 anything else. The same whatever carries it, and
 * whether it is recorded or not.
 *
 * @param most - beyond this nothing is counted on.
 */
export function sizeOf(value: unknown, most: number): number {
  let size = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0 && size <= most) {
    const next = waiting.pop()
    if (typeof next === 'string') size += 3 + lengthOf(next)
    else if (typeof next === 'number' || typeof next === 'bigint') size += 9
    else if (typeof next !== 'object' || next === null) size += 5
    else size += 5 + parts(next, waiting)
  }
  return size
}

/** Puts what an object holds to what is still to be counted; the bytes that it holds itself. */
function parts(value: object, waiting: unknown[]): number {
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (Array.isArray(value)) {
    for (const item of value) waiting.push(item)
    return 0
  }
  const entries = value instanceof Map ? value.entries() : Object.entries(value)
  for (const [key, item] of entries) waiting.push(key, item)
  return 0
}

/** Bytes of a text in UTF-8. */
function lengthOf(value: string): number {
  let length = value.length
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at)
    // Half a surrogate pair takes two of the four bytes of the pair.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) length += 2
    else if (unit >= 0x80) length += 1
  }
  return length
}
