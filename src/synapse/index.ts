export type { CallResult, Status, StreamSynapse, Synapse } from './types.js'
