/** A whole number that the code names. */
interface Named {
  readonly value: number
}

/** Columns by netuid, as `assembly/ledger/layout.ts` names them. */
export const COLUMNS = [
  'ACCOUNT_RAO',
  'SUBNET_TAO_RAO',
  'ALPHA_IN',
  'ALPHA_OUT',
  'PROTOCOL_ALPHA',
  'QUOTE_WEIGHT',
  'VOLUME_RAO',
  'PENDING_SERVER',
  'PENDING_VALIDATOR',
  'PENDING_ROOT',
  'PENDING_OWNER',
  'LAST_TAO_IN',
  'LAST_ALPHA_IN',
  'LAST_ALPHA_OUT',
  'LAST_EXCESS',
  'BURN_RAO',
  'MOVING_PRICE',
  'ROOT_PROPORTION',
  'MINER_BURNED',
] as const

/** Tables whose columns lie there in their order: the first and the last. */
export const TABLES = {
  reserves: ['ACCOUNT_RAO', 'VOLUME_RAO'],
  pendings: ['PENDING_SERVER', 'PENDING_OWNER'],
  injections: ['LAST_TAO_IN', 'LAST_EXCESS'],
  prices: ['BURN_RAO', 'ROOT_PROPORTION'],
} as const

/** Lists of the subnets that emit, and of all subnets. */
export const LISTS = [
  'EMITTING',
  'FLAGS',
  'FIRST_EMISSION_BLOCK',
  'HALVING_BLOCKS',
  'TAO_BITS',
  'ALL_NETUIDS',
  'LEAST_BURN',
  'MOST_BURN',
  'BURN_DECAY',
] as const

/** What is said of a block. */
export const PARAMS = [
  'EMISSION_RAO',
  'TOTAL_STAKE_RAO',
  'ROOT_TAO_RAO',
  'TAO_WEIGHT',
  'OWNER_CUT',
  'EXISTENTIAL_RAO',
  'BLOCK',
  'MOVING_ALPHA',
  'MINTED_RAO',
] as const

export type ColumnName = (typeof COLUMNS)[number]
export type TableName = keyof typeof TABLES
export type ListName = (typeof LISTS)[number]
export type ParamName = (typeof PARAMS)[number]

type FlagName = 'IS_STABLE' | 'HAS_TRADED' | 'HAS_EMISSION' | 'HAS_OWNER_CUT'

/** What the code offers. Counts are entries, results of 0 say that nothing was done, or nothing has changed. */
export type KernelExports = {
  readonly [N in ColumnName | ListName | ParamName]: Named
} & {
  readonly [N in FlagName]: { readonly value: bigint }
} & {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly PARAMS: Named
  place(length: number): number
  column(index: number): number
  list(index: number): number
  emit(count: number, isShared: number): number
  movePrices(count: number): number
  decayBurns(count: number, isDecaying: number): number
  powRatioE18(a: bigint, b: bigint, c: bigint, d: bigint): bigint
}
