import { systemClock } from '../../src/clock/index.js'
import { faultyNetwork } from '../../src/testing/index.js'
import { createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'
import { carrierContract } from './carrierContract.js'

carrierContract('WebSocket', () => webSocketCarrier())
carrierContract('memory', () => createMemoryNetwork())
carrierContract('memory with latency', () => createMemoryNetwork({ latencyMs: 1 }))
carrierContract('faulty, without faults', () => {
  const network = faultyNetwork({ seed: '', clock: systemClock })
  return network.peer('both').carrier
})
carrierContract('faulty, with delays', () => {
  const faults = [{ kind: 'delay', delayMs: 1, jitterMs: 2 }] as const
  return faultyNetwork({ seed: '', clock: systemClock, faults }).peer('both').carrier
})
