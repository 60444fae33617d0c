import { createMemoryNetwork, webSocketCarrier } from '../../src/transport/index.js'
import { carrierContract } from './carrierContract.js'

carrierContract('WebSocket', () => webSocketCarrier())
carrierContract('memory', () => createMemoryNetwork())
carrierContract('memory with latency', () => createMemoryNetwork({ latencyMs: 1 }))
