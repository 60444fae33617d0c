import { systemClock } from '../../src/clock/index.js'
import { faultyNetwork } from '../../src/testing/index.js'
import { createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'
import { trafficContract } from './trafficContract.js'

trafficContract('WebSocket', () => webSocketCarrier())
trafficContract('memory', () => createMemoryNetwork())
trafficContract('memory with latency', () => createMemoryNetwork({ latencyMs: 1 }))
trafficContract('faulty, with delays', () => {
  const faults = [{ kind: 'delay', delayMs: 0, jitterMs: 1 }] as const
  return faultyNetwork({ seed: '', clock: systemClock, faults }).peer('both').carrier
})
