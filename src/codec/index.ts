export {
  bytesEqual,
  type CanonicalValue,
  decodeCanonical,
  encodeCanonical,
  MalformedBytesError,
} from './canonical.js'
