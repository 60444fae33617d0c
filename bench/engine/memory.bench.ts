// What the engines keep between epochs, in bytes, and how much heap epochs leave behind. Each size is measured in a process of
// its own, because the memory of WebAssembly never shrinks.
import { execFileSync } from 'node:child_process'
import type { EpochOutput, EpochParams } from 'subnetkit/consensus'
import { EpochBatch } from 'subnetkit/engine'
import { fail } from '../support/digest.js'
import { type Engine, engines } from '../support/engines.js'
import { median, quick, report, rounded } from '../support/measure.js'
import { baselineParams, chainInputs, type NetworkSize } from '../support/networks.js'

const BATCH = 'a batch, per subnet'
const sizes: readonly NetworkSize[] = quick
  ? [{ validators: 64, n: 256, density: 1 }]
  : [
      { validators: 64, n: 256, density: 1 },
      { validators: 64, n: 1_024, density: 1 },
      { validators: 64, n: 4_096, density: 1 },
      { validators: 64, n: 16_320, density: 1 },
      { validators: 1_024, n: 4_096, density: 0.1 },
    ]
/** Each costs a process per row; the short run keeps to those that promise a steady heap in WebAssembly. */
const measured = quick ? engines.filter(({ name }) => name !== 'wasm') : engines
/** Small, so that many epochs fit: what is left behind does not come from the size. */
const heapSize: NetworkSize = { validators: 16, n: 64, density: 1 }
const PAGE = 65_536
const ROUNDS = quick ? 3 : 9
const EPOCHS = quick ? 1_000 : 3_000

interface Held {
  readonly wasmBytes: number
  readonly heldBytes: number
  readonly nonZeros: number
}

const request = process.argv[process.argv.indexOf('--probe') + 1]
if (process.argv.includes('--probe')) probe(JSON.parse(request!))
else {
  for (const size of sizes)
    for (const holder of [...measured.map(({ name }) => name), BATCH]) printHeld(holder, size)
  for (const { name } of measured) printGrowth(name)
}

type Request =
  | { readonly kind: 'held'; readonly holder: string; readonly size: NetworkSize }
  | { readonly kind: 'growth'; readonly holder: string }

function answerOf(asked: Request): unknown {
  const args = ['--expose-gc', process.argv[1]!, '--probe', JSON.stringify(asked)]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 20 }))
}

function probe(asked: Request): void {
  const answer = asked.kind === 'held' ? heldBy(asked.holder, asked.size) : growthOf(asked.holder)
  console.log(JSON.stringify(answer))
}

function printHeld(holder: string, size: NetworkSize): void {
  const { wasmBytes, heldBytes, nonZeros } = answerOf({ kind: 'held', holder, size }) as Held
  const { validators, n, density } = size
  const bytes = wasmBytes + heldBytes
  if (bytes <= 0) fail(`${holder}: nothing is held for n=${n}, which cannot be`)
  report({
    bench: 'engine/memory',
    id: `n=${n} V=${validators} d=${density} ${holder}`,
    holder,
    n,
    validators,
    density,
    nonZeros,
    wasmBytes,
    heldBytes,
    bytesPerNeuron: rounded(bytes / (n + validators)),
    bytesPerEntry: rounded(bytes / nonZeros),
  })
}

/** Bytes that are there after some epochs and were not there before; the last result is among them. */
function heldBy(holder: string, size: NetworkSize): Held {
  const inputs = chainInputs(size, 2)
  const params = { ...baselineParams, maxAllowedValidators: size.validators }
  const nonZeros = inputs[0]!.weights.value.length
  if (holder === BATCH) {
    const batch = new EpochBatch(inputs.map((input) => ({ input, params })))
    return { wasmBytes: 0, heldBytes: Math.round(batch.bytes / inputs.length), nonZeros }
  }
  const begin = settledMemory()
  warmUp(holder, params)
  const before = settledMemory()
  const run = holderNamed(holder).create(params)
  let last: unknown
  for (let k = 0; k < 6; k++) last = run(inputs[k % inputs.length]!)
  const after = settledMemory()
  if ((last as EpochOutput).incentiveU16.length !== inputs[0]!.n) fail(`${holder}: a result of another size`)
  return {
    // Memory of WebAssembly comes in pages; what is left over belongs to the runtime.
    wasmBytes: PAGE * Math.round((after.wasm - begin.wasm) / PAGE),
    heldBytes: after.script - before.script,
    nonZeros,
  }
}

/** Another engine first, which is gone afterwards: compiled code is not what is asked for. */
function warmUp(holder: string, params: EpochParams): void {
  const small = chainInputs(heapSize, 2)
  const run = holderNamed(holder).create(params)
  for (let k = 0; k < 6; k++) run(small[k % small.length]!)
}

function printGrowth(holder: string): void {
  const rounds = answerOf({ kind: 'growth', holder }) as number[]
  report({
    bench: 'engine/heap',
    id: `heap left behind, ${holder}`,
    holder,
    n: heapSize.n,
    validators: heapSize.validators,
    epochs: ROUNDS * EPOCHS,
    bytesPer1000: Math.round(median(rounds)),
    leastBytes: Math.min(...rounds),
    mostBytes: Math.max(...rounds),
  })
}

/** Bytes left behind per 1,000 epochs, round by round, after as many epochs in which the runtime compiles and settles. */
function growthOf(holder: string): number[] {
  const inputs = chainInputs(heapSize)
  const params = { ...baselineParams, maxAllowedValidators: heapSize.validators }
  const run = holderNamed(holder).create(params)
  const round = (): number => {
    const before = settledMemory().script
    for (let k = 0; k < EPOCHS; k++) run(inputs[k % inputs.length]!)
    return Math.round(((settledMemory().script - before) * 1_000) / EPOCHS)
  }
  for (let k = 0; k < ROUNDS; k++) round()
  return Array.from({ length: ROUNDS }, round)
}

function holderNamed(name: string): Engine {
  return engines.find((holder) => holder.name === name) ?? fail(`no way to run epochs is called ${name}`)
}

/** Bytes after collection: of WebAssembly, and of everything else (objects and typed arrays). */
function settledMemory(): { readonly wasm: number; readonly script: number } {
  for (let k = 0; k < 4; k++) (globalThis as { gc?: () => void }).gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { wasm: external - arrayBuffers, script: heapUsed + arrayBuffers }
}
