import { defineMarket } from '../support/market.js'
import { Agents, defences } from './mechanism.js'
import { cast } from './miners/cast.js'

/** Coding agents as a play: whose improvements are paid for, and whose would be without one of the defences. */
export const market = defineMarket({
  name: 'agents',
  title: 'Coding agents',
  defences,
  notes: {
    twins:
      'as it is, for apart keeps what is tampered with from mattering; without both, the tamperer is paid all.',
  },
  epochs: 10,
  validators: 2,
  validator: { roundBlocks: 3 },
  mechanism: (options) => new Agents(options),
  miners: cast,
})
