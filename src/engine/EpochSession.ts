import { assertMade, type made } from '../checks/index.js'
import type { EpochOutput, SparseRows } from '../consensus/index.js'
import { MAX_ENTRIES, refuse, type SessionInput } from './checks.js'
import { EpochEngine } from './EpochEngine.js'
import type { EngineInfo } from './engineInfo.js'

/**
 * Epochs of one network one after the other: each starts from the bonds of the one before.
 *
 * Results hold until the next epoch: it uses their memory again. Neurons may join (their bonds are empty); the permits of one
 * result are an input of the next, in the caller's hands.
 *
 * With WebAssembly the bonds of a dense network (a third or more of its entries are there) stay in the engine, and become
 * rows only when `output.bonds` is read. They pass through rows when a neuron joins, when the network becomes sparse, or when
 * an epoch has to be computed by the plain engine; the results are the same to the bit.
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
  /** What the next epoch starts from, unless the engine has kept it. */
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
    const next = this.#engine.runNext(input)
    if (next !== null) return next
    this.#bonds = this.#engine.keptBonds() ?? this.#bonds
    const output = this.#engine.run({ ...input, bonds: this.#bondsFor(input?.n) })
    if (!this.#engine.hasKeptBonds) this.#bonds = output.bonds
    return output
  }

  /** A copy of the bonds that the next epoch starts from; `undefined` before the first, unless the session was given some. */
  bonds(): SparseRows | undefined {
    const bonds = this.#engine.keptBonds() ?? this.#bonds
    if (bonds === undefined) return undefined
    const { rowStart, column, value } = bonds
    return { rowStart: rowStart.slice(), column: column.slice(), value: value.slice() }
  }

  #bondsFor(n: number): SparseRows {
    const held = this.#bonds ?? {
      rowStart: new Uint32Array(1),
      column: new Uint16Array(0),
      value: new Uint16Array(0),
    }
    const rows = held.rowStart.length - 1
    // Anything but more neurons is left to the checks.
    if (!(Number.isInteger(n) && n > rows && n <= MAX_ENTRIES)) return held
    const rowStart = new Uint32Array(n + 1).fill(held.rowStart[rows]!)
    rowStart.set(held.rowStart)
    return { ...held, rowStart }
  }
}
