import type { Address } from '../units/index.js'

export type KeyScheme = 'sr25519' | 'ed25519'

/** Choice of scheme; sr25519 unless said otherwise. */
export interface SchemeOptions {
  readonly scheme?: KeyScheme
}

/** Something that signs for one account: a key pair here, later a remote or hardware signer. */
export interface Signer {
  readonly scheme: KeyScheme
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** SS58 of the public key, prefix 42. Use `asHotkey` or `asColdkey` to say in which role. */
  readonly address: Address
  /**
   * Signs bytes; 64 bytes. Without `entropy` (32 bytes) an sr25519 signature is derived from key and message
   * alone: still safe, and the same each time.
   */
  sign(message: Uint8Array, entropy?: Uint8Array): Uint8Array
}
