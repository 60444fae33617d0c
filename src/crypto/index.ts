export type { KeyScheme, Signer } from './types.js'
