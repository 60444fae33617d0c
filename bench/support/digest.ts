import { readFileSync, writeFileSync } from 'node:fs'
import type { EpochOutput } from 'subnetkit/consensus'

const file = process.env.SUBNETKIT_BENCH_DIGESTS ?? 'bench/digests.json'
const recorded: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))

/** Ends the run: no figure of a wrong result is ever printed. */
export function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

/** One number over every integer of an epoch's result, down to the bonds before their last rounding. */
export function digestOf(output: EpochOutput): number {
  let hash = 0x811c9dc5
  for (const column of columnsOf(output)) hash = mixed(hash, column)
  return hash >>> 0
}

/** Holds the digest of a fixture's results to the recorded one; `--write-digests` records it instead. */
export function checkDigest(id: string, digests: readonly number[]): string {
  const digest = mixed(0x811c9dc5, Uint32Array.from(digests)) >>> 0
  const text = digest.toString(16).padStart(8, '0')
  if (process.argv.includes('--write-digests')) {
    recorded[id] = text
    const sorted = Object.fromEntries(Object.entries(recorded).sort(([a], [b]) => (a < b ? -1 : 1)))
    writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`)
  } else if (recorded[id] !== text) {
    fail(`${id}: the results have the digest ${text}, recorded is ${recorded[id]}`)
  }
  return text
}

function columnsOf(output: EpochOutput): ArrayBufferView[] {
  const { raw, bonds, ...columns } = output
  const { bonds: rawBonds, ...rawColumns } = raw
  const matrices = [
    bonds.rowStart,
    bonds.column,
    bonds.value,
    rawBonds.rowStart,
    rawBonds.column,
    rawBonds.raw,
  ]
  const named = { ...columns, ...rawColumns } as Record<string, ArrayBufferView>
  return [
    ...Object.keys(named)
      .sort()
      .map((name) => named[name]!),
    ...matrices,
  ]
}

function mixed(seed: number, view: ArrayBufferView): number {
  let hash = Math.imul(seed ^ view.byteLength, 0x01000193)
  const whole = view.byteOffset % 4 === 0 ? view.byteLength >> 2 : 0
  const words = new Uint32Array(view.buffer, whole === 0 ? 0 : view.byteOffset, whole)
  for (let k = 0; k < whole; k++) hash = Math.imul(hash ^ words[k]!, 0x01000193) ^ (hash >>> 15)
  const rest = new Uint8Array(view.buffer, view.byteOffset + 4 * whole, view.byteLength - 4 * whole)
  for (let k = 0; k < rest.length; k++) hash = Math.imul(hash ^ rest[k]!, 0x01000193) ^ (hash >>> 15)
  return hash
}
