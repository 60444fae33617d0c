/** A beacon's public key: a point of G2, compressed. */
export const BEACON_PUBLIC_KEY_BYTES = 96

/** A beacon's secret key: a number below the order of the group, big-endian. */
export const BEACON_SECRET_KEY_BYTES = 32

/** What a beacon publishes of a round: a point of G1, compressed. */
export const PULSE_BYTES = 48

/** Secret of a ciphertext, and the seed it hides behind. */
export const FILE_KEY_BYTES = 32

/** Tag of ChaCha20-Poly1305. */
export const TAG_BYTES = 16

/** Form, `U`, `V` and `W`: what stands before the encrypted text. */
export const HEADER_BYTES = 1 + BEACON_PUBLIC_KEY_BYTES + FILE_KEY_BYTES + FILE_KEY_BYTES

/** Bytes by which a ciphertext is longer than its text. */
export const TIMELOCK_OVERHEAD_BYTES = HEADER_BYTES + TAG_BYTES
