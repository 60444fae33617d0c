import { InvalidArgumentError } from '../errors/index.js'

/** Slot of a neuron in a subnet, 0 to 65,535. Uids are reused: key long-lived data by hotkey. */
export type Uid = number

/** Number of a subnet, 0 to 65,535; 0 is root. */
export type Netuid = number

/** Height of a block; block 0 is genesis. */
export type BlockNumber = number

/** An SS58 address that was checked when it was read (`parseAddress` in `subnetkit/crypto`). */
export type Address = string & { readonly __address: 'ss58' }

/** Address of the key that signs a neuron's work. */
export type Hotkey = Address & { readonly __role: 'hotkey' }

/** Address of the key that owns funds and hotkeys. */
export type Coldkey = Address & { readonly __role: 'coldkey' }

/**
 * States that a checked address is used as a hotkey.
 *
 * @throws InvalidArgumentError for what is no text.
 *
 * @example
 * ```ts
 * import { parseAddress } from 'subnetkit/crypto'
 * import { asHotkey } from 'subnetkit/units'
 *
 * const hotkey = asHotkey(parseAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'))
 * ```
 */
export const asHotkey = (address: Address): Hotkey => checked(address) as Hotkey

/**
 * States that a checked address is used as a coldkey.
 *
 * @throws InvalidArgumentError for what is no text.
 *
 * @example
 * ```ts
 * import { parseAddress } from 'subnetkit/crypto'
 * import { asColdkey } from 'subnetkit/units'
 *
 * const coldkey = asColdkey(parseAddress('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'))
 * ```
 */
export const asColdkey = (address: Address): Coldkey => checked(address) as Coldkey

function checked(address: Address): Address {
  if (typeof address === 'string') return address
  throw new InvalidArgumentError({ field: 'address', value: address, remedy: 'Pass a checked address.' })
}
