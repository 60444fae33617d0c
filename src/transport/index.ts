export type {
  Carrier,
  Channel,
  ChannelHandlers,
  DialOptions,
  Listener,
  ListenOptions,
  NetworkAddress,
} from './types.js'
