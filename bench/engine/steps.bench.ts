// Where the time of a dense epoch goes. A build of the engine that can end an epoch before any of its steps computes the same
// networks up to each step in turn; what one more step adds is what it costs. No clock runs inside the engine.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EpochInput, EpochParams } from 'subnetkit/consensus'
import { PARAM_SLOTS, PARAMS_AT } from '../../src/engine/wasm/layout.js'
import type { EpochExports } from '../../src/engine/wasm/loadModule.js'
import { resultBytes } from '../../src/engine/wasm/results.js'
import { WasmEpoch } from '../../src/engine/wasm/WasmEpoch.js'
import { median, quick, report, rounded, timed } from '../support/measure.js'
import { baselineParams, chainInputs } from '../support/networks.js'

/** In the order of `assembly/steps.ts`, after the copying in, which comes before all of them; copying out comes last. */
const STEPS = [
  'copy in',
  'checks',
  'stake and permits',
  'weights to columns',
  'bonds to columns',
  'shares of rows',
  'consensus',
  'ranks and trust',
  'bonds',
  'dividends and emission',
  'bonds to rows',
  'copy out',
] as const
const LAST_STEP = STEPS.length - 2

/** Where the engine reads the last step it takes. */
const LAST_STEP_AT = PARAMS_AT + 8 * PARAM_SLOTS.lastStep

interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

const bytes = profilingBuild()
for (const n of quick ? [256] : [256, 1_024]) {
  const inputs = chainInputs({ validators: 64, n, density: 1 })
  for (const yuma3Enabled of [false, true]) profile(n, inputs, { ...baselineParams, yuma3Enabled })
}

function profilingBuild(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-steps-'))
  try {
    const file = join(folder, 'epoch.wasm')
    execFileSync(process.execPath, ['scripts/buildWasm.mjs', '--profile', file])
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function profile(n: number, inputs: readonly EpochInput[], params: EpochParams): void {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyLike }).WebAssembly
  const engine = new Instance(new Module(bytes), {}).exports as EpochExports
  let last = LAST_STEP
  const wasm = new WasmEpoch(params, 'dense', {
    ...engine,
    runEpoch: (...sizes) => {
      const memory = new DataView(engine.memory.buffer)
      memory.setUint32(LAST_STEP_AT, last, true)
      return engine.runEpoch(...sizes)
    },
  })
  const most = Math.max(...inputs.map(({ weights, bonds }) => weights.column.length + bonds.column.length))
  const memory = {
    block: new Uint8Array(resultBytes(inputs[0]!.n)),
    column: new Uint16Array(most),
    value: new Uint16Array(most),
  }
  const timesUs = STEPS.map((): number[] => [])
  const turns = quick ? 5 : 20
  for (let turn = -2; turn < turns; turn++) {
    for (const [step, times] of timesUs.entries()) {
      last = Math.min(step, LAST_STEP)
      for (const input of inputs) {
        const { us } = timed(() => {
          wasm.compute(input)
          if (step > LAST_STEP) wasm.copyTo(input.n, memory)
        })
        if (turn >= 0) times.push(us)
      }
    }
  }
  const upToUs = timesUs.map(median)
  for (const [k, step] of STEPS.entries()) {
    // What lies within the noise of two medians can come out below nothing.
    const us = Math.max(0, upToUs[k]! - (k === 0 ? 0 : upToUs[k - 1]!))
    const rules = params.yuma3Enabled ? 'yuma3' : 'yuma2'
    report({
      bench: 'engine/steps',
      id: `n=${n} V=64 d=1 ${rules}`,
      n,
      validators: 64,
      variant: rules,
      step,
      medianUs: rounded(us),
      sharePercent: rounded((100 * us) / upToUs.at(-1)!),
    })
  }
}
