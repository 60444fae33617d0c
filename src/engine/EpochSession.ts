import type { EpochInput, EpochOutput, SparseRows } from '../consensus/index.js'
import type { EngineInfo } from './engineInfo.js'

/** The part of an engine that a session drives. */
interface Engine {
  readonly info: EngineInfo
  run(input: EpochInput): EpochOutput
}

/** What one epoch of a session starts from: everything but the bonds, which the session has. */
export type SessionInput = Omit<EpochInput, 'bonds'>

/**
 * Epochs of one network one after the other: each starts from the bonds of the one before.
 *
 * Results hold until the next epoch. Neurons may join (their bonds are empty); the permits of one result are an input of the
 * next, in the caller's hands.
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
  readonly #engine: Engine
  #bonds: SparseRows | undefined

  /** Sessions come from `YumaConsensus.session`. */
  constructor(engine: Engine, bonds: SparseRows | undefined) {
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
    const output = this.#engine.run({ ...input, bonds: this.#bondsFor(input.n) })
    this.#bonds = output.bonds
    return output
  }

  /** A copy of the bonds that the next epoch starts from; `undefined` before the first, unless the session was given some. */
  bonds(): SparseRows | undefined {
    if (this.#bonds === undefined) return undefined
    const { rowStart, column, value } = this.#bonds
    return { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() }
  }

  #bondsFor(n: number): SparseRows {
    const held = this.#bonds ?? {
      rowStart: new Uint32Array(1),
      column: new Uint16Array(0),
      value: new Uint16Array(0),
    }
    const rows = held.rowStart.length - 1
    if (rows >= n) return held
    const rowStart = new Uint32Array(n + 1).fill(held.rowStart[rows]!)
    rowStart.set(held.rowStart)
    return { ...held, rowStart }
  }
}
