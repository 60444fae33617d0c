import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../codec/index.js'
import { isAddress } from '../crypto/index.js'
import { type Address, asHotkey, type Hotkey } from '../units/index.js'
import { LatencySketch } from './LatencySketch.js'
import type { HealthFigures, MinerHealth } from './MinerHealth.js'
import { RouterMemoryError } from './routerErrors.js'

const FORMAT = 'subnetkit/router/1'

/** Room for what is around the rows. */
const FRAME_BYTES = 64

/**
 * Writes what is known of miners, as many as there is room for, the first ones first.
 *
 * @param known - the latest first.
 * @param aheadMs - by how much the time that is stored is ahead of that of `known`.
 */
export function encodeMemory(
  known: readonly (readonly [Hotkey, MinerHealth])[],
  limits: { readonly maxRemembered: number; readonly maxMemoryBytes: number },
  aheadMs = 0,
): Uint8Array {
  const rows: CanonicalValue[] = []
  let bytes = FRAME_BYTES
  for (const [hotkey, health] of known.slice(0, limits.maxRemembered)) {
    const row = rowOf(hotkey, health.figures, aheadMs)
    bytes += encodeCanonical(row).length
    if (bytes > limits.maxMemoryBytes) break
    rows.push(row)
  }
  return encodeCanonical([FORMAT, rows])
}

/**
 * Reads what `encodeMemory` wrote. The system's time may have been set meanwhile: what seems to come counts as of now, and what seems to
 * be long ago is known as what is long ago is.
 *
 * @param times - what time it is by the clock that is stored, and by how much that is ahead of the reader's.
 * @throws RouterMemoryError for other bytes, or more than there may be.
 */
export function decodeMemory(
  bytes: Uint8Array,
  limits: { readonly maxMemoryBytes: number },
  times: StoredTimes,
): readonly (readonly [Hotkey, HealthFigures])[] {
  if (bytes.length > limits.maxMemoryBytes) {
    const why = `it has ${bytes.length} bytes, and limits.maxMemoryBytes is ${limits.maxMemoryBytes}`
    throw new RouterMemoryError({ why })
  }
  let value: CanonicalValue
  try {
    value = decodeCanonical(bytes)
  } catch (cause) {
    throw new RouterMemoryError({ why: 'its bytes are damaged', cause })
  }
  const [format, rows] = Array.isArray(value) ? (value as readonly CanonicalValue[]) : []
  if (format !== FORMAT || !Array.isArray(rows)) throw new RouterMemoryError({ why: `it is not ${FORMAT}` })
  return (rows as readonly CanonicalValue[]).map((row) => readRow(row, times))
}

interface StoredTimes {
  readonly nowMs: number
  readonly aheadMs: number
}

/** Times are above 0, which is for never. */
function shifted(ms: number, byMs: number): number {
  return ms === 0 ? 0 : Math.max(Number.MIN_VALUE, ms + byMs)
}

function rowOf(hotkey: Hotkey, figures: HealthFigures, aheadMs: number): CanonicalValue {
  const { success, pace, concurrency, lastUsedMs, latencies } = figures
  const sketches = latencies.map(([synapse, sketch]): CanonicalValue => [synapse, [...sketch.counts]])
  const [atMs, usedMs] = [shifted(success.atMs, aheadMs), shifted(lastUsedMs, aheadMs)]
  return [hotkey, success.good, success.bad, atMs, pace, concurrency, usedMs, sketches]
}

function readRow(row: CanonicalValue, { nowMs, aheadMs }: StoredTimes): readonly [Hotkey, HealthFigures] {
  const [hotkey, ...rest] = Array.isArray(row) ? (row as readonly CanonicalValue[]) : []
  const numbers = rest.slice(0, 6)
  const sketches = rest[6]
  const isRow =
    typeof hotkey === 'string' &&
    isAddress(hotkey) &&
    rest.length === 7 &&
    numbers.every((one): one is number => typeof one === 'number' && Number.isFinite(one) && one >= 0) &&
    Array.isArray(sketches)
  if (!isRow) throw malformedRow()
  const [good, bad, atMs, pace, concurrency, lastUsedMs] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (pace === 0) throw malformedRow()
  const timeOf = (ms: number): number => shifted(Math.min(ms, nowMs), -aheadMs)
  const latencies = (sketches as readonly CanonicalValue[]).map(readSketch)
  return [
    asHotkey(hotkey as Address),
    {
      success: { good, bad, atMs: timeOf(atMs) },
      pace,
      concurrency,
      lastUsedMs: timeOf(lastUsedMs),
      latencies,
    },
  ]
}

function readSketch(value: CanonicalValue): readonly [string, LatencySketch] {
  const [synapse, counts] = Array.isArray(value) ? (value as readonly CanonicalValue[]) : []
  if (typeof synapse !== 'string' || !LatencySketch.isCounts(counts)) throw malformedRow()
  return [synapse, new LatencySketch(counts)]
}

function malformedRow(): RouterMemoryError {
  return new RouterMemoryError({ why: 'what it says of a hotkey is malformed' })
}
