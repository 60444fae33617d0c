import type { NetworkAddress } from '../transport/index.js'
import type { Hotkey } from '../units/index.js'

/** Whom to call, and where. */
export interface Target extends NetworkAddress {
  /** The peer must prove exactly this hotkey. */
  readonly hotkey: Hotkey
}
