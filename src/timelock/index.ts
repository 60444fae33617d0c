export { Beacon } from './Beacon.js'
export { decryptTimelock } from './decryptTimelock.js'
export { encryptTimelock, type TimelockTerms } from './encryptTimelock.js'
export { type Pulse, verifyPulse } from './pulse.js'
export {
  BEACON_PUBLIC_KEY_BYTES,
  BEACON_SECRET_KEY_BYTES,
  PULSE_BYTES,
  TIMELOCK_OVERHEAD_BYTES,
} from './sizes.js'
