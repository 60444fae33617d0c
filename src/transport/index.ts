export { type ByteCounts, ByteMeter, ByteMeters } from './ByteMeters.js'
export { ListenError, UnreachableError } from './carrierErrors.js'
export { closeCodeName, closeCodes } from './closeCodes.js'
export { HeldBytes, type HeldBytesOptions } from './HeldBytes.js'
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
export { SESSION_OVERHEAD_BYTES, SHARED_FRAME_BYTES } from './session/frame.js'
export {
  acceptSession,
  connectSession,
  DEFAULT_HANDSHAKE_MS,
  type SessionOptions,
} from './session/handshake.js'
export {
  DEFAULT_KEY_LIFETIME,
  type FrameFault,
  type KeyLifetime,
  SecureSession,
  type SessionHandlers,
} from './session/SecureSession.js'
export { type SessionRefusal, SessionRefusedError } from './session/sessionErrors.js'
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
  type RequestListener,
} from './types.js'
export { type WebSocketCarrierOptions, webSocketCarrier } from './webSocketCarrier.js'
