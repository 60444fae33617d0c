import { check, oneOf, optional, shape, vouchFor } from '../checks/index.js'
import type { EpochFunction, EpochParams } from '../consensus/index.js'
import { PARAM_NAMES } from './checkEpochParams.js'
import type { EngineName } from './engineInfo.js'
import { YumaConsensus } from './YumaConsensus.js'

/** How an `epochFunction` computes. */
export interface EpochFunctionOptions {
  /** `auto` (the default) takes WebAssembly where it can be used; `plain` is the reference, more than a hundred times slower. */
  readonly engine?: 'auto' | EngineName
}

const OPTIONS = shape<EpochFunctionOptions>({ engine: optional(oneOf(['auto', 'plain', 'wasm'])) })
/** Engines that are kept, one per set of parameters. */
const MAX_ENGINES = 16

/**
 * The epoch as a function of input and parameters, by the fastest engine that can be used here: what a ledger is handed, and what
 * computes many subnets of different parameters one after the other.
 *
 * The function gives the integers of `runEpoch`, bit for bit. It checks input and parameters in whole, and throws as
 * `YumaConsensus` does. Its output is the caller's: all columns and the bonds are new with every call, are never written again,
 * and may be stored without a copy. The columns of one output (not its bonds) are views of one buffer of 92 bytes per neuron, which is
 * held while one of them is, and goes along where a single one is cloned or posted. Only the output itself holds more, for
 * its `raw.bonds`: about 4 bytes per bond.
 *
 * @param options - `engine: 'wasm'` refuses to compute in any other way.
 * @throws InvalidArgumentError naming the option that is wrong.
 * @throws EngineUnavailableError by the function, when `engine` is `wasm` and it cannot be used here.
 * PERF: as `YumaConsensus.run`. To make an engine takes a few microseconds, which parameters in use do not pay again.
 *
 * @example
 * ```ts
 * import { epochFunction } from 'subnetkit/engine'
 * import type { EpochInput, EpochParams } from 'subnetkit/consensus'
 *
 * const epoch = epochFunction()
 *
 * function incentives(input: EpochInput, params: EpochParams): Uint16Array {
 *   return epoch(input, params).incentiveU16
 * }
 * ```
 */
export function epochFunction(options: EpochFunctionOptions = {}): EpochFunction {
  check('options', OPTIONS, options)
  const { engine = 'auto' } = options
  return vouchFor(epochBy(engine, false), epochBy(engine, true))
}

/** @param reuseOutput - whether each result uses the memory of the one before of the same parameters. */
function epochBy(engine: 'auto' | EngineName, reuseOutput: boolean): EpochFunction {
  /** The one used last comes first. */
  const engines: YumaConsensus[] = []
  return (input, params) => {
    const index = engines.findIndex((one) => areSame(one.params, params))
    const yuma = engines[index] ?? new YumaConsensus(params, { engine, reuseOutput })
    if (index > 0) engines.splice(index, 1)
    if (index !== 0) engines.unshift(yuma)
    if (engines.length > MAX_ENGINES) engines.pop()
    return yuma.run(input)
  }
}

/** What equals checked parameters in every field, and has no other, needs no check. */
function areSame(known: EpochParams, given: EpochParams): boolean {
  const isSame = PARAM_NAMES.every((name) => known[name] === given?.[name])
  return isSame && Object.keys(given).length === PARAM_NAMES.length
}
