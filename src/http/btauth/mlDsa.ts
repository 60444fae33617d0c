import { utf8ToBytes } from '@noble/hashes/utils.js'

/** Context string of every signature in an envelope, and the first bytes of the envelope. */
export const MESSAGE_MAGIC: Uint8Array = utf8ToBytes('BTHMSG01')

/** ML-DSA-65 with the context of signed messages, loaded when it is first needed: most servers never meet one. */
export async function loadMlDsa65() {
  const { ml_dsa65: mlDsa65 } = await import('@noble/post-quantum/ml-dsa.js')
  return {
    keygen: (seed: Uint8Array): { secretKey: Uint8Array; publicKey: Uint8Array } => mlDsa65.keygen(seed),
    /** @param entropy - 32 bytes, or `false` for the signature that follows from key and message alone. */
    sign: (message: Uint8Array, secretKey: Uint8Array, entropy: Uint8Array | false): Uint8Array =>
      mlDsa65.sign(message, secretKey, { context: MESSAGE_MAGIC, extraEntropy: entropy }),
    verify: (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean =>
      mlDsa65.verify(signature, message, publicKey, { context: MESSAGE_MAGIC }),
  }
}
