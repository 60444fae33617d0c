import { type ProcessSelf, runNeuronProcess } from 'subnetkit/network'
import { z } from 'zod'
import { minerCast, type Run, validatorCast } from './cast.js'
import { ForecastMechanism } from './mechanism.js'
import { encodeRound } from './observations.js'
import { loadWeather } from './weather.js'

// One miner or validator in a process of its own; main.ts says which. What a validator prints, main.ts reads.

const runSchema: z.ZodType<Run> = z.object({ seed: z.string(), epochs: z.number() })

await runNeuronProcess({
  miner: async (self) => {
    const { spec } = memberOf(self, minerCast(runSchema.parse(self.options)))
    const { prepare, synapse, name: _, ...settings } = spec
    const mechanism = { synapse: synapse ?? new ForecastMechanism(loadWeather()).synapse }
    return { ...settings, mechanism, answer: spec.answer ?? (await prepare!(self)) }
  },
  validator: (self) => {
    const { name: _, stakeRao: __, ...settings } = memberOf(self, validatorCast()).spec
    const onJudged = (report: Parameters<typeof encodeRound>[0]): void => console.log(encodeRound(report))
    return { ...settings, mechanism: new ForecastMechanism(loadWeather(), { onJudged }) }
  },
})

function memberOf<Member extends { readonly spec: { readonly name: string } }>(
  { name }: ProcessSelf,
  cast: readonly Member[],
): Member {
  // main.ts takes the names from the same lists.
  return cast.find(({ spec }) => spec.name === name)!
}
