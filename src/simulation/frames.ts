import type { BlockNumber } from '../units/index.js'

/** How the numbers of a column are held. */
export type ColumnKind = 'u16' | 'u32' | 'u64' | 'f64'

const ARRAYS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array } as const
type ArrayOf<K extends ColumnKind> = InstanceType<(typeof ARRAYS)[K]>

interface Column<K extends ColumnKind> {
  readonly kind: K
  readonly says: string
}

const column = <K extends ColumnKind>(kind: K, says: string): Column<K> => ({ kind, says })

/** Every column of a frame. Type, the form in files and the docs follow from its entry here. */
export const FRAME_COLUMNS = {
  /** Blocks since the network was founded; the same in all rows. */
  block: column('u32', 'Blocks since the network was founded.'),
  netuid: column('u16', 'Number of the subnet.'),
  /** Spot price of alpha, in TAO: for drawing. What it follows from is exact beside it. */
  price: column('f64', 'TAO that one alpha costs now.'),
  /** Its average, by which the chain shares a block’s TAO and prunes. */
  movingPrice: column('f64', 'The average of the price, by which the chain shares TAO.'),
  /** Part of the last block’s new TAO that the subnet got, 0 to 1. */
  emissionShare: column('f64', 'Part of the last block’s new TAO that the subnet got, 0 to 1.'),
  subnetTaoRao: column('u64', 'TAO in the subnet’s pool, in rao.'),
  alphaIn: column('u64', 'Alpha in the pool, in billionths.'),
  alphaOut: column('u64', 'Alpha outside it, in billionths.'),
  /** Owner’s cut since the frame before. */
  ownerAlpha: column('u64', 'Paid to the owner since the frame before, in billionths of alpha.'),
  minersAlpha: column('u64', 'Paid to miners since then.'),
  /** Dividends on alpha stake, takes included. */
  validatorsAlpha: column('u64', 'Paid to validators and who stakes alpha with them since then.'),
  /** Dividends on root stake, takes included; they wait to be claimed. */
  rootAlpha: column('u64', 'Put aside for who stakes TAO with them on root since then.'),
  paidMiners: column('u16', 'Miners that were paid since then.'),
  paidValidators: column('u16', 'Validators that were paid since then: those that are active.'),
  /** What the best-paid miner got of the miners’ pay, 0 to 1. */
  topMinerShare: column('f64', 'The best-paid miner’s part of the miners’ pay, 0 to 1.'),
  epochs: column('u32', 'Epochs that ran since then.'),
  /** TAO spent on alpha, by people. */
  boughtRao: column('u64', 'TAO that was paid for alpha since then, in rao.'),
  soldRao: column('u64', 'TAO that was got for alpha since then, in rao.'),
  refusedCalls: column('u32', 'Calls on the subnet that the rules refused since then.'),
  /** All TAO there is; the same in all rows. */
  totalIssuanceRao: column('u64', 'All TAO there is, in rao; the same in all rows of a block.'),
} as const

type Columns = typeof FRAME_COLUMNS
export type FrameColumnName = keyof Columns

export const FRAME_COLUMN_NAMES = Object.keys(FRAME_COLUMNS) as FrameColumnName[]

/** The columns of a frame, a row per subnet in order of netuid. Amounts are exact. */
export type FrameColumns = { readonly [N in FrameColumnName]: ArrayOf<Columns[N]['kind']> }

/** A simulated network at one block, and what happened since the frame before. */
export interface SimulationFrame {
  /** Blocks since the network was founded. */
  readonly block: BlockNumber
  readonly columns: FrameColumns
}

/** Columns of so many rows, all 0. */
export function blankColumns(rows: number): FrameColumns {
  return columnsOf((kind) => new ARRAYS[kind](rows))
}

/** Makes every column by its kind and name. */
export function columnsOf(
  make: (kind: ColumnKind, name: FrameColumnName) => ArrayOf<ColumnKind>,
): FrameColumns {
  return Object.fromEntries(
    FRAME_COLUMN_NAMES.map((name) => [name, make(FRAME_COLUMNS[name].kind, name)]),
  ) as unknown as FrameColumns
}

/** A column of a kind over bytes that are copied. */
export function columnFrom(kind: ColumnKind, bytes: Uint8Array): ArrayOf<ColumnKind> {
  return new ARRAYS[kind](new Uint8Array(bytes).buffer)
}

/** What is known of a column. */
export interface FrameColumnDescription {
  readonly name: FrameColumnName
  readonly kind: ColumnKind
  readonly says: string
}

/**
 * Every column of a frame, in order: its name, its kind (`u16`, `u32` and `u64` are whole numbers from 0, `f64` is a floating-point number) and what it holds.
 *
 * @example
 * ```ts
 * import { describeFrameColumns } from 'subnetkit/simulation'
 *
 * describeFrameColumns().find(({ name }) => name === 'price')?.says
 * ```
 */
export function describeFrameColumns(): readonly FrameColumnDescription[] {
  return FRAME_COLUMN_NAMES.map((name) => ({ name, ...FRAME_COLUMNS[name] }))
}
