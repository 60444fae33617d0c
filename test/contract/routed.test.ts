import { describe, it } from 'vitest'
import { VirtualClock } from '../../src/clock/index.js'
import { faultyNetwork, transportContract } from '../../src/testing/index.js'
import { routedTransport } from './routedTransport.js'

transportContract(
  { describe, it },
  {
    name: 'a router with one candidate, over a faulty network without faults',
    open() {
      const clock = new VirtualClock()
      const network = faultyNetwork({ seed: 'routed', clock })
      const partsFor = (name: string) => ({ carrier: network.peer(name).carrier, clock })
      return {
        axon: partsFor('server'),
        dendrite: { ...partsFor('client'), transport: routedTransport },
        close: async () => network.close(),
      }
    },
  },
)
