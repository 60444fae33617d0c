import type { EpochInput, EpochOutput, EpochParams } from 'subnetkit/consensus'
import { YumaConsensus, type YumaConsensusOptions } from 'subnetkit/engine'

/** One way to compute epochs through the public door. */
export interface Engine {
  readonly name: string
  create(params: EpochParams): (input: EpochInput) => EpochOutput
}

/** The fast engine, with results in memory of their own and in reused memory, as sessions have them. */
export const engines: readonly Engine[] = [
  engine('wasm', { engine: 'wasm' }),
  engine('wasm reuse', { engine: 'wasm', reuseOutput: true }),
]

function engine(name: string, options: YumaConsensusOptions): Engine {
  return {
    name,
    create: (params) => {
      const yuma = new YumaConsensus(params, options)
      return (input) => yuma.run(input)
    },
  }
}
