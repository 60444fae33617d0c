import type { Address } from '../units/index.js'
import { asColdkey, asHotkey, U16_MAX, U64_MAX } from '../units/index.js'
import { checkColumns, MAX_SLOTS } from './checkColumns.js'
import { JsonReader } from './JsonReader.js'
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
  readonly stakeRao: readonly string[]
  readonly stakeWeightU16: readonly number[]
  readonly consensusU16: readonly number[]
  readonly incentiveU16: readonly number[]
  readonly dividendsU16: readonly number[]
  readonly validatorTrustU16: readonly number[]
  readonly emissionRao: readonly string[]
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
    stakeRao: amounts(columns.stakeRao),
    stakeWeightU16: [...columns.stakeWeightU16],
    consensusU16: [...columns.consensusU16],
    incentiveU16: [...columns.incentiveU16],
    dividendsU16: [...columns.dividendsU16],
    validatorTrustU16: [...columns.validatorTrustU16],
    emissionRao: amounts(columns.emissionRao),
    weights: rows(columns.weights),
    bonds: rows(columns.bonds),
  }
}

const FIELDS: readonly (keyof MetagraphJson)[] = [
  'format',
  'netuid',
  'block',
  'n',
  'ownerUid',
  'tempoBlocks',
  'lastEpochBlock',
  'epochIndex',
  'hotkey',
  'coldkey',
  'axon',
  'registeredAtBlock',
  'lastUpdate',
  'active',
  'validatorPermit',
  'stakeRao',
  'stakeWeightU16',
  'consensusU16',
  'incentiveU16',
  'dividendsU16',
  'validatorTrustU16',
  'emissionRao',
  'weights',
  'bonds',
]

/** Reads `MetagraphJson` from untrusted data; throws InvalidArgumentError naming the field that does not fit. */
export function decodeMetagraphJson(data: unknown): MetagraphColumns {
  const columns = readColumns(new JsonReader(data, 'metagraph', FIELDS))
  // What belongs together is checked here as well as by the class, so that errors name the file's own paths.
  checkColumns(columns, 'metagraph')
  return columns
}

function readColumns(json: JsonReader): MetagraphColumns {
  json.literal('format', FORMAT)
  const n = json.integer('n', MAX_SLOTS)
  const block = (name: string): number => json.integer(name, Number.MAX_SAFE_INTEGER)
  const blocks = (name: string): Float64Array =>
    Float64Array.from(json.integers(name, n, Number.MAX_SAFE_INTEGER))
  const proportions = (name: string): Uint16Array => Uint16Array.from(json.integers(name, n, U16_MAX))
  const flags = (name: string): Uint8Array => Uint8Array.from(json.booleans(name, n), Number)
  const amounts = (name: string): BigUint64Array => BigUint64Array.from(json.amounts(name, n, U64_MAX))
  return {
    netuid: json.integer('netuid', U16_MAX),
    block: block('block'),
    n,
    ownerUid: json.optionalInteger('ownerUid', U16_MAX),
    tempoBlocks: block('tempoBlocks'),
    lastEpochBlock: block('lastEpochBlock'),
    epochIndex: block('epochIndex'),
    hotkey: json.texts('hotkey', n).map((text) => asHotkey(text as Address)),
    coldkey: json.texts('coldkey', n).map((text) => asColdkey(text as Address)),
    axon: json.axons('axon', n),
    registeredAtBlock: blocks('registeredAtBlock'),
    lastUpdate: blocks('lastUpdate'),
    active: flags('active'),
    validatorPermit: flags('validatorPermit'),
    stakeRao: amounts('stakeRao'),
    stakeWeightU16: proportions('stakeWeightU16'),
    consensusU16: proportions('consensusU16'),
    incentiveU16: proportions('incentiveU16'),
    dividendsU16: proportions('dividendsU16'),
    validatorTrustU16: proportions('validatorTrustU16'),
    emissionRao: amounts('emissionRao'),
    weights: packRows(json.matrix('weights', n)),
    bonds: packRows(json.matrix('bonds', n)),
  }
}
