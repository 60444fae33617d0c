const TWO_POW_32 = 0x1_0000_0000

/**
 * A number in [0, 1) that looks random and follows from its arguments alone: the same however often, and in whatever order, it is asked for. So a run that
 * is taken up again needs no memory of what was drawn.
 */
export function noiseAt(seed: number, ...at: readonly number[]): number {
  let hash = seed >>> 0
  for (const part of at) hash = mixed((hash + Math.imul(part + 1, 0x9e37_79b1)) >>> 0)
  return hash / TWO_POW_32
}

/** The same as a curve over `time`: values at whole times, and a smooth way between two of them. */
export function drift(seed: number, time: number, ...at: readonly number[]): number {
  const before = Math.floor(time)
  const part = time - before
  const from = noiseAt(seed, ...at, before)
  const to = noiseAt(seed, ...at, before + 1)
  return from + (to - from) * part * part * (3 - 2 * part)
}

/** The finalizer of MurmurHash3, which spreads every bit of 32 over all of them. */
function mixed(word: number): number {
  let hash = word
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
