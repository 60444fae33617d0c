import type { EpochInput, EpochParams } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'

/** A way of running epochs that keeps memory between them. */
export interface Holder {
  readonly name: string
  /** Takes the memory that it keeps, and runs one epoch with each call. */
  start(params: EpochParams, inputs: readonly EpochInput[]): (input: EpochInput) => unknown
}

/** The ways that promise a steady heap, and the one that makes its results anew. */
export const holders: readonly Holder[] = [
  {
    name: 'wasm, fresh results',
    start: (params) => {
      const yuma = new YumaConsensus(params, { engine: 'wasm' })
      return (input) => yuma.run(input)
    },
  },
  {
    name: 'wasm, reuseOutput',
    start: (params) => {
      const yuma = new YumaConsensus(params, { engine: 'wasm', reuseOutput: true })
      return (input) => yuma.run(input)
    },
  },
  {
    name: 'wasm, session',
    start: (params, inputs) => {
      const session = new YumaConsensus(params, { engine: 'wasm' }).session(inputs[0]!.bonds)
      return (input) => session.run(input)
    },
  },
]
