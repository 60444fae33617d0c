import { readFileSync, writeFileSync } from 'node:fs'
import { type EpochInput, type EpochOutput, type EpochParams, runEpoch } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'

const file = process.env.SUBNETKIT_BENCH_DIGESTS ?? 'bench/digests.json'
const recorded: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))
const writesDigests = process.argv.includes('--write-digests')

/** Ends the run: no figure of a wrong result is ever printed. */
export function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

/** What digests are taken of: the reference where they are recorded; a faster engine where it is held to what is recorded. */
export function recordedBy(params: EpochParams): (input: EpochInput) => EpochOutput {
  const yuma = new YumaConsensus(params)
  return (input) => (writesDigests ? runEpoch(input, params) : yuma.run(input))
}

/** One number over every integer of an epoch's result, down to the bonds before their last rounding. */
export function digestOf(output: EpochOutput): number {
  const { rowStart, column, raw } = output.raw.bonds
  return digestOfAll([...viewsOf(output), rowStart, column, raw])
}

/** The same without the bonds before their last rounding, which batches do not keep: reading them computes the epoch again. */
export function storedDigestOf(output: EpochOutput): number {
  return digestOfAll(viewsOf(output))
}

/** Holds the digest of a fixture's results to the recorded one; `--write-digests` records it instead. */
export function checkDigest(id: string, digests: readonly number[]): string {
  const digest = mixed(0x811c9dc5, Uint32Array.from(digests)) >>> 0
  const text = digest.toString(16).padStart(8, '0')
  if (writesDigests) {
    recorded[id] = text
    const sorted = Object.fromEntries(Object.entries(recorded).sort(([a], [b]) => (a < b ? -1 : 1)))
    writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`)
  } else if (recorded[id] !== text) {
    fail(`${id}: the results have the digest ${text}, recorded is ${recorded[id]}`)
  }
  return text
}

export function digestOfAll(views: readonly ArrayBufferView[]): number {
  return views.reduce((hash, view) => mixed(hash, view), 0x811c9dc5) >>> 0
}

/** The columns in the order of their names, then the stored bonds. */
function viewsOf({ raw, bonds, ...columns }: EpochOutput): ArrayBufferView[] {
  const rawColumns = Object.keys(raw).filter((name) => name !== 'bonds') as Exclude<
    keyof typeof raw,
    'bonds'
  >[]
  const named = [...Object.entries(columns), ...rawColumns.map((name) => [name, raw[name]] as const)]
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, column]) => column)
  return [...sorted, bonds.rowStart, bonds.column, bonds.value]
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
