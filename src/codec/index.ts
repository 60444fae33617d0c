export { bytesEqual, decodeCanonical, encodeCanonical } from './canonical.js'
export { type CanonicalValue, MalformedBytesError } from './canonicalValue.js'
