/** How a sender of `btauth/1` signs, by its name on the wire. */
export type BtauthScheme = 'sr25519' | 'ed25519' | 'hashed' | 'mldsa'

/** Sizes of one scheme. */
export interface SchemeSizes {
  /** Bytes of the signature, or of the envelope around it. */
  readonly signatureBytes: number
  /** Bytes of the public key in the envelope; 0 where the address is the key. */
  readonly envelopeKeyBytes: number
  /** Number of the scheme within a descriptor; 0 where there is none. */
  readonly descriptorTag: number
}

/**
 * The schemes that are spoken.
 *
 * @source spec: `spec/wire-python-interop.md` B3
 */
export const btauthSchemes: Readonly<Record<BtauthScheme, SchemeSizes>> = {
  sr25519: { signatureBytes: 64, envelopeKeyBytes: 0, descriptorTag: 0 },
  ed25519: { signatureBytes: 64, envelopeKeyBytes: 0, descriptorTag: 0 },
  hashed: { signatureBytes: 138, envelopeKeyBytes: 32, descriptorTag: 1 },
  mldsa: { signatureBytes: 5_303, envelopeKeyBytes: 1_952, descriptorTag: 2 },
}

/** Whether a text is the name of a scheme. */
export function isBtauthScheme(name: unknown): name is BtauthScheme {
  return typeof name === 'string' && Object.hasOwn(btauthSchemes, name)
}

/** Characters of the signature header of a scheme, `0x` included. */
export function signatureHeaderLength(scheme: BtauthScheme): number {
  return 2 + 2 * btauthSchemes[scheme].signatureBytes
}
