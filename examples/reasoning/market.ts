import { defineMarket } from '../support/market.js'
import { defences, Reasoning } from './mechanism.js'
import { cast } from './miners/cast.js'

/** A reasoning arena as a play: who takes the throne, and who would without one of the defences. */
export const market = defineMarket({
  name: 'reasoning',
  title: 'A reasoning arena',
  defences,
  notes: {
    margin: 'luck decides, and with some seeds none of the three copies has it.',
    floor:
      'as it is, for here somebody is good; alone in the arena, the memoriser would take the throne and be paid all.',
  },
  epochs: 10,
  validators: 2,
  // The window for commitments is 30 blocks: half a minute is enough for a slow machine to start thirteen processes.
  blockMs: 1_000,
  validator: { roundBlocks: 3 },
  mechanism: (options) => new Reasoning(options),
  miners: cast,
})
