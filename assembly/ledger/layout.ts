// What lies where. The caller reads the places of columns, and of what is said once a block, from the exports.

/** What is said of a block, each in 8 bytes. */
export const PARAMS: usize = memory.data(128)
/** TAO to be shared. */
export const EMISSION_RAO: u32 = 0
export const TOTAL_STAKE_RAO: u32 = 1
export const ROOT_TAO_RAO: u32 = 2
/** Weight of TAO on root, times 2^32. */
export const TAO_WEIGHT: u32 = 3
/** The owner's part, times 2^32. */
export const OWNER_CUT: u32 = 4
/** What an account must hold. */
export const EXISTENTIAL_RAO: u32 = 5
export const BLOCK: u32 = 6
/** The largest step of a moving price, times 2^32. */
export const MOVING_ALPHA: u32 = 7
/** Answered: what was given to subnets. */
export const MINTED_RAO: u32 = 8
export const PARAM_COUNT: u32 = 9

// Columns by netuid, 64 bits an entry, each behind the number of its entries: so a table's columns lie as its bytes are written. Those of one table follow each other.
export const ACCOUNT_RAO: u32 = 0
export const SUBNET_TAO_RAO: u32 = 1
export const ALPHA_IN: u32 = 2
export const ALPHA_OUT: u32 = 3
export const PROTOCOL_ALPHA: u32 = 4
export const QUOTE_WEIGHT: u32 = 5
export const VOLUME_RAO: u32 = 6
export const PENDING_SERVER: u32 = 7
export const PENDING_VALIDATOR: u32 = 8
export const PENDING_ROOT: u32 = 9
export const PENDING_OWNER: u32 = 10
export const LAST_TAO_IN: u32 = 11
export const LAST_ALPHA_IN: u32 = 12
export const LAST_ALPHA_OUT: u32 = 13
export const LAST_EXCESS: u32 = 14
export const BURN_RAO: u32 = 15
export const MOVING_PRICE: u32 = 16
export const ROOT_PROPORTION: u32 = 17
export const MINER_BURNED: u32 = 18
/** Columns that the caller sees; the others are scratch, and begin as 0. */
export const COLUMN_COUNT: u32 = 19
export const PRICED_TAO: u32 = 19
export const PRICED_ALPHA: u32 = 20
export const PRICED_WEIGHT: u32 = 21
export const PRICE_LOW: u32 = 22
export const PRICE_HIGH: u32 = 23
const ALL_COLUMNS: u32 = 24

// Lists of the subnets that emit, in their order, then of all subnets with root: 64 bits an entry.
export const EMITTING: u32 = 0
export const FLAGS: u32 = 1
export const FIRST_EMISSION_BLOCK: u32 = 2
export const HALVING_BLOCKS: u32 = 3
/** Of the block's TAO, times 2^32. */
export const TAO_BITS: u32 = 4
export const ALL_NETUIDS: u32 = 5
export const LEAST_BURN: u32 = 6
export const MOST_BURN: u32 = 7
export const BURN_DECAY: u32 = 8
export const LIST_COUNT: u32 = 9
/** Scratch, for shares of up to 1, times 2^64. */
export const SHARE_LOW: u32 = 9
export const SHARE_HIGH: u32 = 10
export const WEIGHED_LOW: u32 = 11
export const WEIGHED_HIGH: u32 = 12
const ALL_LISTS: u32 = 13

/** An alpha is a TAO there. */
export const IS_STABLE: u64 = 1
/** Its pool has traded before. */
export const HAS_TRADED: u64 = 2
/** It may have TAO. */
export const HAS_EMISSION: u64 = 4
/** Its owner has a cut. */
export const HAS_OWNER_CUT: u64 = 8

const PAGE: usize = 65536
/** The compiler's own data end there. */
const START: usize = (__heap_base + 15) & ~15

/** Bytes before the entries of a column or list. */
const LENGTH_BYTES: usize = 8

/** Bytes of a column, its length included. */
let stride: usize = 0

/** Makes room for columns of `length` entries; false where memory does not suffice. What lay there is lost where they had another length. */
export function place(length: u32): bool {
  const bytes = LENGTH_BYTES + <usize>length * 8
  if (bytes == stride) return true
  const end = START + bytes * (ALL_COLUMNS + ALL_LISTS)
  const missing = <i32>((end + PAGE - 1) / PAGE) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) return false
  stride = bytes
  memory.fill(START, 0, end - START)
  return true
}

/** Where a column's entries lie. */
export function column(index: u32): usize {
  return START + stride * index + LENGTH_BYTES
}

/** Where a list lies. */
export function list(index: u32): usize {
  return column(ALL_COLUMNS + index)
}

// @ts-ignore: decorator
@inline export function param(index: u32): u64 {
  return load<u64>(PARAMS + 8 * index)
}

// @ts-ignore: decorator
@inline export function setParam(index: u32, value: u64): void {
  store<u64>(PARAMS + 8 * index, value)
}

// @ts-ignore: decorator
@inline export function entry(at: usize, row: u32): u64 {
  return load<u64>(at + 8 * <usize>row)
}

// @ts-ignore: decorator
@inline export function setEntry(at: usize, row: u32, value: u64): void {
  store<u64>(at + 8 * <usize>row, value)
}
