export { ListenError, UnreachableError } from './carrierErrors.js'
export { closeCodeName, closeCodes } from './closeCodes.js'
export { createMemoryNetwork, type MemoryNetworkOptions } from './memoryNetwork.js'
export { CipherState } from './noise/CipherState.js'
export {
  NoiseHandshake,
  type NoiseHandshakeOptions,
  type NoiseMessageRead,
  type NoisePayload,
  type NoiseRole,
} from './noise/NoiseHandshake.js'
export { NoiseError, UnknownNoiseProtocolError } from './noise/noiseErrors.js'
export { generateNoiseKeyPair, type NoiseKeyPair, noiseKeyPairFrom } from './noise/primitives.js'
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
