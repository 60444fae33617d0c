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

/** States that a checked address is used as a hotkey. */
export const asHotkey = (address: Address): Hotkey => address as Hotkey

/** States that a checked address is used as a coldkey. */
export const asColdkey = (address: Address): Coldkey => address as Coldkey
