export { ListenError, UnreachableError } from './carrierErrors.js'
export { closeCodeName, closeCodes } from './closeCodes.js'
export { createMemoryNetwork, type MemoryNetworkOptions } from './memoryNetwork.js'
export {
  type Carrier,
  type CarrierRefusal,
  type Channel,
  type ChannelHandlers,
  type DialOptions,
  type Listener,
  type ListenOptions,
  LOW_WATER_BYTES,
  type NetworkAddress,
} from './types.js'
export { webSocketCarrier } from './webSocketCarrier.js'
