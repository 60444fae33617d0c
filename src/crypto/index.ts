export { bytesOfHex, hexOf } from './bytes.js'
export { blake2b256, sha256, sha256Hex } from './hashes.js'
export { type AddressFault, InvalidAddressError } from './InvalidAddressError.js'
export { chainCodeOf } from './junctions.js'
export { KeyPair, type RevealedSecret, type SecretKeyOptions, type VerifyOptions } from './KeyPair.js'
export {
  DEVELOPMENT_PHRASE,
  derivePublicKey,
  keyPairFromMnemonic,
  keyPairFromSecretKey,
  keyPairFromSeed,
  keyPairFromUri,
  type MnemonicOptions,
} from './keyPairs.js'
export {
  entropyOfMnemonic,
  generateMnemonic,
  InvalidMnemonicError,
  type MnemonicFault,
  miniSecretOfMnemonic,
} from './mnemonic.js'
export { SoftDerivationError } from './schemes.js'
export { canonicalFormOf, ed25519FormOf, InvalidSecretKeyError, type SecretForm } from './secretForms.js'
export { InvalidSecretUriError } from './secretUri.js'
export {
  addressOf,
  decodeAddress,
  encodeAddress,
  isAddress,
  parseAddress,
  publicKeyOf,
  SS58_PREFIX,
} from './ss58.js'
export type { KeyScheme, SchemeOptions, Signer } from './types.js'
export { type SignatureCheck, verifySignature } from './verifySignature.js'
