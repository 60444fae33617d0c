import {
  type Check,
  check,
  custom,
  flag,
  listOf,
  nullable,
  oneOf,
  pairOf,
  shape,
  text,
} from '../checks/index.js'
import type { Address } from '../units/index.js'
import { asColdkey, asHotkey, U16_MAX, U64_MAX } from '../units/index.js'
import { checkColumns, checkLengths, MAX_SLOTS } from './checkColumns.js'
import { entriesOf, packRows } from './sparseRows.js'
import type { AxonInfo, MatrixEntry, MetagraphColumns } from './types.js'

const FORMAT = 'subnetkit-metagraph/1'

/** A metagraph as JSON: columns by uid, amounts as decimal strings, matrices as rows of [uid, value] pairs. */
export interface MetagraphJson {
  readonly format: typeof FORMAT
  readonly netuid: number
  readonly block: number
  readonly n: number
  readonly ownerUid: number | null
  readonly tempoBlocks: number
  readonly lastEpochBlock: number
  readonly epochIndex: number
  readonly hotkey: readonly string[]
  readonly coldkey: readonly string[]
  readonly axon: readonly (AxonInfo | null)[]
  readonly registeredAtBlock: readonly number[]
  readonly lastUpdate: readonly number[]
  readonly active: readonly boolean[]
  readonly validatorPermit: readonly boolean[]
  readonly stakeAlpha: readonly string[]
  readonly stakeWeightU16: readonly number[]
  readonly consensusU16: readonly number[]
  readonly incentiveU16: readonly number[]
  readonly dividendsU16: readonly number[]
  readonly validatorTrustU16: readonly number[]
  readonly emissionAlpha: readonly string[]
  readonly weights: readonly (readonly MatrixEntry[])[]
  readonly bonds: readonly (readonly MatrixEntry[])[]
}

/** Writes columns as plain JSON values. */
export function encodeMetagraphJson(columns: MetagraphColumns): MetagraphJson {
  const flags = (column: Uint8Array): boolean[] => Array.from(column, (flag) => flag === 1)
  const amounts = (column: BigUint64Array): string[] => Array.from(column, String)
  const rows = (matrix: MetagraphColumns['weights']): MatrixEntry[][] =>
    Array.from({ length: columns.n }, (_, uid) => entriesOf(matrix, uid))
  return {
    format: FORMAT,
    netuid: columns.netuid,
    block: columns.block,
    n: columns.n,
    ownerUid: columns.ownerUid,
    tempoBlocks: columns.tempoBlocks,
    lastEpochBlock: columns.lastEpochBlock,
    epochIndex: columns.epochIndex,
    hotkey: [...columns.hotkey],
    coldkey: [...columns.coldkey],
    axon: columns.axon.map((axon) => (axon === null ? null : { host: axon.host, port: axon.port })),
    registeredAtBlock: [...columns.registeredAtBlock],
    lastUpdate: [...columns.lastUpdate],
    active: flags(columns.active),
    validatorPermit: flags(columns.validatorPermit),
    stakeAlpha: amounts(columns.stakeAlpha),
    stakeWeightU16: [...columns.stakeWeightU16],
    consensusU16: [...columns.consensusU16],
    incentiveU16: [...columns.incentiveU16],
    dividendsU16: [...columns.dividendsU16],
    validatorTrustU16: [...columns.validatorTrustU16],
    emissionAlpha: amounts(columns.emissionAlpha),
    weights: rows(columns.weights),
    bonds: rows(columns.bonds),
  }
}

/** A whole number in JSON. Not minus zero: it would be written as 0. */
export const jsonWhole = (max = Number.MAX_SAFE_INTEGER): Check =>
  custom(
    `Pass a whole number from 0 to ${max}.`,
    (value) =>
      Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max && !Object.is(value, -0),
  )

/** An amount as text. Without leading zeros: they would not be written again. */
const amount = custom(
  `Pass a whole number from 0 to ${U64_MAX} as text.`,
  (value) => typeof value === 'string' && /^(?:0|[1-9]\d{0,19})$/.test(value) && BigInt(value) <= U64_MAX,
)

const whole = jsonWhole()
const u16 = jsonWhole(U16_MAX)
const rows = listOf(listOf(pairOf(u16, u16)))

const jsonShape = shape<MetagraphJson>({
  format: oneOf([FORMAT]),
  netuid: u16,
  block: whole,
  n: jsonWhole(MAX_SLOTS),
  ownerUid: nullable(u16),
  tempoBlocks: whole,
  lastEpochBlock: whole,
  epochIndex: whole,
  hotkey: listOf(text()),
  coldkey: listOf(text()),
  axon: listOf(nullable(shape<AxonInfo>({ host: text(), port: u16 }))),
  registeredAtBlock: listOf(whole),
  lastUpdate: listOf(whole),
  active: listOf(flag),
  validatorPermit: listOf(flag),
  stakeAlpha: listOf(amount),
  stakeWeightU16: listOf(u16),
  consensusU16: listOf(u16),
  incentiveU16: listOf(u16),
  dividendsU16: listOf(u16),
  validatorTrustU16: listOf(u16),
  emissionAlpha: listOf(amount),
  weights: rows,
  bonds: rows,
})

/** Reads `MetagraphJson` from untrusted data; throws InvalidArgumentError naming the field that does not fit. */
export function decodeMetagraphJson(data: unknown): MetagraphColumns {
  check('metagraph', jsonShape, data)
  const json = data as MetagraphJson
  checkLengths(json, 'metagraph', json.n)
  const columns = columnsOf(json)
  // What belongs together is checked here as well as by the class, so that errors name the file's own paths.
  checkColumns(columns, 'metagraph')
  return columns
}

function columnsOf(json: MetagraphJson): MetagraphColumns {
  const amounts = (column: readonly string[]): BigUint64Array => BigUint64Array.from(column, BigInt)
  return {
    netuid: json.netuid,
    block: json.block,
    n: json.n,
    ownerUid: json.ownerUid,
    tempoBlocks: json.tempoBlocks,
    lastEpochBlock: json.lastEpochBlock,
    epochIndex: json.epochIndex,
    hotkey: json.hotkey.map((text) => asHotkey(text as Address)),
    coldkey: json.coldkey.map((text) => asColdkey(text as Address)),
    axon: json.axon.map((axon) => (axon === null ? null : Object.freeze({ ...axon }))),
    registeredAtBlock: Float64Array.from(json.registeredAtBlock),
    lastUpdate: Float64Array.from(json.lastUpdate),
    active: Uint8Array.from(json.active, Number),
    validatorPermit: Uint8Array.from(json.validatorPermit, Number),
    stakeAlpha: amounts(json.stakeAlpha),
    stakeWeightU16: Uint16Array.from(json.stakeWeightU16),
    consensusU16: Uint16Array.from(json.consensusU16),
    incentiveU16: Uint16Array.from(json.incentiveU16),
    dividendsU16: Uint16Array.from(json.dividendsU16),
    validatorTrustU16: Uint16Array.from(json.validatorTrustU16),
    emissionAlpha: amounts(json.emissionAlpha),
    weights: packRows(json.weights),
    bonds: packRows(json.bonds),
  }
}
