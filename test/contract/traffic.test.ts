import { createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'
import { trafficContract } from './trafficContract.js'

trafficContract('WebSocket', () => webSocketCarrier())
trafficContract('memory', () => createMemoryNetwork())
trafficContract('memory with latency', () => createMemoryNetwork({ latencyMs: 1 }))
