import { type EpochInput, type EpochOutput, type EpochParams, runEpoch } from '../../src/consensus/index.js'
import { YumaConsensus, type YumaConsensusOptions } from '../../src/engine/index.js'
import { difference, engineOptions } from '../support/engines.js'
import type { Network } from './randomNetworks.js'

/** Something that computes an epoch and is held to the plain engine. */
export interface Contender {
  readonly title: string
  run(network: Network): Result
}

/** A result, and whether WebAssembly computed it; otherwise it was left to the plain engine. */
export interface Result {
  readonly output: EpochOutput
  readonly byWasm: boolean
}

/** A result that is not the plain engine's. */
export interface Mismatch {
  readonly engine: string
  /** First field that differs, with both values. */
  readonly difference: string
}

/** What came of one network. */
export interface Comparison {
  readonly mismatch: Mismatch | null
  /** Epochs that WebAssembly computed, and those that it left to the plain engine. */
  readonly byWasm: number
  readonly byPlain: number
}

/** Every way through the WebAssembly engine. */
const wasmOptions = engineOptions.filter(({ engine }) => engine !== 'plain')

/** The same as contenders. */
export const contenders: readonly Contender[] = wasmOptions.map(({ title, ...options }) => ({
  title,
  run: (network) => runOnce(options, network),
}))

function runOnce(options: YumaConsensusOptions, { input, params }: Network): ReturnType<Contender['run']> {
  const yuma = new YumaConsensus(params, options)
  const output = yuma.run(input)
  return { output, byWasm: yuma.info.lastRun?.engine === 'wasm' }
}

/**
 * Holds every contender to the plain engine, and every fifth network's session as well; stops at the first that differs or
 * throws.
 */
export function compare(network: Network, index: number, engines = contenders): Comparison {
  const tally = { byWasm: 0, byPlain: 0 }
  const mismatch = singleMismatch(network, engines, tally) ?? sessionMismatch(network, index, tally)
  return { mismatch, ...tally }
}

interface Tally {
  byWasm: number
  byPlain: number
}

function singleMismatch(network: Network, engines: readonly Contender[], tally: Tally): Mismatch | null {
  const expected = runEpoch(network.input, network.params)
  for (const engine of engines) {
    const found = differenceOf(expected, tally, () => engine.run(network))
    if (found !== null) return { engine: engine.title, difference: found }
  }
  return null
}

const SESSION_EPOCHS = 3

/** Some epochs that hand on bonds and permits. */
function sessionMismatch({ input, params }: Network, index: number, tally: Tally): Mismatch | null {
  if (index % 5 !== 0) return null
  const { title, ...options } = wasmOptions[(index / 5) % wasmOptions.length]!
  const session = new YumaConsensus(params, options).session(input.bonds)
  let next = input
  for (let epoch = 0; epoch < SESSION_EPOCHS; epoch++) {
    const expected = runEpoch(next, params)
    const found = differenceOf(expected, tally, () => {
      const output = session.run(next)
      return { output, byWasm: session.info.lastRun?.engine === 'wasm' }
    })
    if (found !== null) return { engine: `session, ${title}`, difference: `epoch ${epoch}: ${found}` }
    next = nextInput(next, expected, params)
  }
  return null
}

function differenceOf(expected: EpochOutput, tally: Tally, run: () => Result): string | null {
  try {
    const { output, byWasm } = run()
    if (byWasm) tally.byWasm++
    else tally.byPlain++
    return difference(expected, output)
  } catch (error) {
    return `throws ${error}`
  }
}

function nextInput(input: EpochInput, output: EpochOutput, params: EpochParams): EpochInput {
  return {
    ...input,
    currentBlock: input.currentBlock + params.tempoBlocks + 1,
    lastStepBlock: input.currentBlock,
    validatorPermit: output.validatorPermit,
    bonds: output.bonds,
  }
}
