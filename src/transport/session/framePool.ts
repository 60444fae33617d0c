/** Smaller frames come out of slabs that Node has already. */
const LEAST_POOLED_BYTES = 4_096
/** Larger ones are rare, and would be held for nothing. */
const MOST_POOLED_BYTES = 2 ** 18
/** Most that frames at rest hold altogether. */
const MOST_RESTING_BYTES = 2 ** 22

/** Frames of nearly one size serve each other. */
const STEP_BYTES = 8_192

/** At rest, by their size in steps. */
const resting: Buffer[][] = []
let restingBytes = 0

/**
 * Memory for a frame of so many bytes, whatever lies in it.
 *
 * Memory outside the heap counts for the collector as what it holds: each 64 KB that a message leaves behind brings the next collection
 * nearer, and those took a third of the time of large messages.
 */
export function takeFrame(bytes: number): Buffer {
  if (bytes < LEAST_POOLED_BYTES || bytes > MOST_POOLED_BYTES) return Buffer.allocUnsafe(bytes)
  const steps = Math.ceil(bytes / STEP_BYTES)
  const frame = resting[steps]?.pop()
  if (frame === undefined) return Buffer.allocUnsafeSlow(steps * STEP_BYTES).subarray(0, bytes)
  restingBytes -= frame.length
  return frame.subarray(0, bytes)
}

/** Nobody needs a frame any more that was taken here. */
export function releaseFrame(frame: Buffer): void {
  const { length } = frame
  if (length < LEAST_POOLED_BYTES || length > MOST_POOLED_BYTES) return
  const steps = Math.ceil(length / STEP_BYTES)
  if (restingBytes + steps * STEP_BYTES > MOST_RESTING_BYTES) return
  restingBytes += steps * STEP_BYTES
  resting[steps] ??= []
  resting[steps].push(Buffer.from(frame.buffer))
}
