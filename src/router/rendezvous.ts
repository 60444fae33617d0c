/** Spreads text over 32 bits, by FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  }
  return hash >>> 0
}

/**
 * How strongly a session is drawn to a candidate: it belongs to the one with the highest pull of those that are up, so that a candidate
 * that goes away moves its own sessions only, and gets them back.
 */
export function pullOf(session: number, candidate: number): number {
  // The last steps of MurmurHash3: neighbouring numbers give unrelated ones.
  let mixed = session ^ Math.imul(candidate, 0x9e37_79b1)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
