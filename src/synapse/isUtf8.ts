/**
 * Whether bytes are text: decoders put something else in the place of what is not, each in its own way.
 *
 * PERF: one look at each byte.
 */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    const lead = bytes[at] ?? 0
    if (lead < 0x80) {
      at++
      continue
    }
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0
    if (more === 0 || at + more >= end || !isSecond(lead, bytes[at + 1] ?? 0)) return false
    for (let i = 2; i <= more; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return false
    at += more + 1
  }
  return true
}

/** Whether a byte may follow the first: neither a longer form than needed, nor a surrogate, nor beyond Unicode. */
function isSecond(lead: number, second: number): boolean {
  if ((second & 0xc0) !== 0x80) return false
  if (lead === 0xe0) return second >= 0xa0
  if (lead === 0xed) return second < 0xa0
  if (lead === 0xf0) return second >= 0x90
  return lead !== 0xf4 || second < 0x90
}
