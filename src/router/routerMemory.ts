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
 */
export function encodeMemory(
  known: readonly (readonly [Hotkey, MinerHealth])[],
  limits: { readonly maxRemembered: number; readonly maxMemoryBytes: number },
): Uint8Array {
  const rows: CanonicalValue[] = []
  let bytes = FRAME_BYTES
  for (const [hotkey, health] of known.slice(0, limits.maxRemembered)) {
    const row = rowOf(hotkey, health.figures)
    bytes += encodeCanonical(row).length
    if (bytes > limits.maxMemoryBytes) break
    rows.push(row)
  }
  return encodeCanonical([FORMAT, rows])
}

/**
 * Reads what `encodeMemory` wrote.
 *
 * @throws RouterMemoryError for other bytes, or more than there may be.
 */
export function decodeMemory(
  bytes: Uint8Array,
  limits: { readonly maxMemoryBytes: number },
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
  return (rows as readonly CanonicalValue[]).map(readRow)
}

function rowOf(hotkey: Hotkey, figures: HealthFigures): CanonicalValue {
  const { success, pace, concurrency, lastUsedMs, latencies } = figures
  const sketches = latencies.map(([synapse, sketch]): CanonicalValue => [synapse, [...sketch.counts]])
  return [hotkey, success.good, success.bad, success.atMs, pace, concurrency, lastUsedMs, sketches]
}

function readRow(row: CanonicalValue): readonly [Hotkey, HealthFigures] {
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
  const latencies = (sketches as readonly CanonicalValue[]).map(readSketch)
  return [
    asHotkey(hotkey as Address),
    { success: { good, bad, atMs }, pace, concurrency, lastUsedMs, latencies },
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
