import type { EpochInput, EpochOutput, EpochParams } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'

/** One way to compute epochs through the public door. */
export interface Engine {
  readonly name: string
  create(params: EpochParams): (input: EpochInput) => EpochOutput
}

/** Both engines, each forced by its option, with results in memory of their own (no `reuseOutput`). */
export async function engines(): Promise<Engine[]> {
  return (['plain', 'wasm'] as const).map((engine) => ({
    name: engine,
    create: (params) => {
      const yuma = new YumaConsensus(params, { engine })
      return (input) => yuma.run(input)
    },
  }))
}
