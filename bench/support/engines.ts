import type { EpochInput, EpochOutput, EpochParams } from 'subnetkit/consensus'
import { YumaConsensus } from 'subnetkit/engine'

/** One way to compute epochs through the public door. */
export interface Engine {
  readonly name: string
  create(params: EpochParams): (input: EpochInput) => EpochOutput
}

/** Every engine that this version has, each forced by its option. */
export async function engines(): Promise<Engine[]> {
  return [
    {
      name: 'plain',
      create: (params) => {
        const yuma = new YumaConsensus(params)
        return (input) => yuma.run(input)
      },
    },
  ]
}
