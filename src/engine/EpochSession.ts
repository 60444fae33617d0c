import { assertMade, type made } from '../checks/index.js'
import { type EpochOutput, emptySparseRows, type SparseRows } from '../consensus/index.js'
import { refuse, type SessionInput } from './checks.js'
import { EpochEngine } from './EpochEngine.js'
import type { EngineInfo } from './engineInfo.js'
import { grownRows } from './grownRows.js'

/**
 * Epochs of one network one after the other: each starts from the bonds of the one before.
 *
 * Results hold until the next epoch: it uses their memory again. Neurons may join (their bonds are empty); the permits of one
 * result are an input of the next, in the caller's hands.
 *
 * @example
 * ```ts
 * import { type SessionInput, YumaConsensus } from 'subnetkit/engine'
 * import type { EpochParams } from 'subnetkit/consensus'
 *
 * function lastDividends(params: EpochParams, inputs: readonly SessionInput[]): Uint16Array {
 *   const session = new YumaConsensus(params).session()
 *   return inputs.map((input) => session.run(input).dividendsU16.slice()).at(-1)!
 * }
 * ```
 */
export class EpochSession {
  readonly #engine: EpochEngine
  /** What the next epoch starts from. */
  #bonds: SparseRows | undefined

  /** Sessions come from `YumaConsensus.session`. @throws InvalidArgumentError for any other way to make one. */
  constructor(mark: typeof made, engine: EpochEngine, bonds: SparseRows | undefined) {
    assertMade(mark, 'EpochSession', 'session() of a YumaConsensus')
    if (!(engine instanceof EpochEngine))
      refuse('engine', engine, 'Take a session from YumaConsensus.session.')
    this.#engine = engine
    this.#bonds = bonds
  }

  /** Which engine computes, why, and how the last epoch went. */
  get info(): EngineInfo {
    return this.#engine.info
  }

  /**
   * Computes the next epoch.
   *
   * @throws as `YumaConsensus.run` does; the session is then where it was.
   */
  run(input: SessionInput): EpochOutput {
    const bonds = grownRows(this.#bonds ?? emptySparseRows(0), input?.n)
    const output = this.#engine.run({ ...input, bonds })
    this.#bonds = output.bonds
    return output
  }

  /** A copy of the bonds that the next epoch starts from; `undefined` before the first, unless the session was given some. */
  bonds(): SparseRows | undefined {
    if (this.#bonds === undefined) return undefined
    const { rowStart, column, value } = this.#bonds
    return { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() }
  }
}
