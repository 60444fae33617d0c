import type { EpochInput, EpochOutput, EpochParams, SparseRows } from 'subnetkit/consensus'
import { YumaConsensus, type YumaConsensusOptions } from 'subnetkit/engine'

/** One way to compute epochs through the public door. */
export interface Engine {
  readonly name: string
  /** Whether each epoch starts from the bonds of the one before instead of those of its input. */
  readonly isSession: boolean
  create(params: EpochParams, first: SparseRows): (input: EpochInput) => EpochOutput
}

/** The fast engine, with results in memory of their own, in reused memory, and as a session. */
export const engines: readonly Engine[] = [
  stateless('wasm', { engine: 'wasm' }),
  stateless('wasm reuse', { engine: 'wasm', reuseOutput: true }),
  {
    name: 'wasm session',
    isSession: true,
    create: (params, first) => {
      const session = new YumaConsensus(params, { engine: 'wasm' }).session(first)
      return (input) => session.run(input)
    },
  },
]

function stateless(name: string, options: YumaConsensusOptions): Engine {
  return {
    name,
    isSession: false,
    create: (params) => {
      const yuma = new YumaConsensus(params, options)
      return (input) => yuma.run(input)
    },
  }
}
