import {
  alpha,
  check,
  custom,
  finiteNumber,
  listOf,
  oneOf,
  optional,
  pairOf,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import {
  type Address,
  type Alpha,
  asColdkey,
  asHotkey,
  RAO_PER_TAO,
  U16_MAX,
  U64_MAX,
  type Uid,
} from '../units/index.js'
import { checkKeys, checkLengths, MAX_SLOTS } from './checkColumns.js'
import { jsonWhole } from './json.js'
import { Metagraph } from './Metagraph.js'
import { packRows, scaleRowToU16 } from './sparseRows.js'
import type { MatrixEntry, MetagraphColumns } from './types.js'

/** What a snapshot file does not say and its reader has to choose. */
export interface ImportSnapshotOptions {
  /** Neurons with at least this stake and a weight row get a validator permit. Default 1,000 alpha. */
  readonly minValidatorStakeAlpha?: Alpha
  /** Default 360, the reference chain's tempo. */
  readonly tempoBlocks?: number
}

const optionsShape = shape<ImportSnapshotOptions>({
  minValidatorStakeAlpha: optional(alpha()),
  tempoBlocks: optional(wholeNumber()),
})

/** A `metagraph-snapshot/1` file. */
interface SnapshotJson {
  readonly format: 'metagraph-snapshot/1'
  /** For people, as `absent` is: not kept. */
  readonly network?: unknown
  readonly netuid: number
  readonly block: number
  readonly n: number
  readonly uids?: readonly number[]
  readonly hotkeys: readonly string[]
  /** Whole tokens. */
  readonly stake: readonly number[]
  readonly weights: readonly SnapshotRow[]
  readonly absent?: unknown
}

interface SnapshotRow {
  readonly uid: Uid
  readonly weights: readonly (readonly [uid: Uid, weight: number])[]
}

/** Most whole tokens that a column of rao holds, far above all there can be. */
const MOST_TOKENS = Number(U64_MAX / RAO_PER_TAO)

const anything = custom('', () => true)
const u16 = jsonWhole(U16_MAX)

const snapshotShape = shape<SnapshotJson>({
  format: oneOf(['metagraph-snapshot/1']),
  network: optional(anything),
  netuid: u16,
  block: jsonWhole(),
  n: jsonWhole(MAX_SLOTS),
  uids: optional(listOf(u16)),
  hotkeys: listOf(text()),
  stake: listOf(finiteNumber({ min: 0, max: MOST_TOKENS })),
  weights: listOf(shape<SnapshotRow>({ uid: u16, weights: listOf(pairOf(u16, finiteNumber({ min: 0 }))) })),
  absent: optional(anything),
})

/**
 * Reads a `metagraph-snapshot/1` file: hotkeys, stake in whole tokens and float weight rows of a live subnet.
 *
 * Weights are scaled to u16 (largest entry of a row 65535), stake is rounded to the nearest rao. The file holds
 * no bonds, so there are none; coldkeys are empty, nobody serves, every neuron counts as registered at block 0,
 * and those with weights as updated at the snapshot's block.
 *
 * @param data - the parsed JSON.
 * @throws ShapeError, InvalidArgumentError naming the field that does not fit (`snapshot.weights[3].weights[0][0]`): beyond its
 *   range, unknown, or said twice (a hotkey, a row, a uid in a row).
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { importSnapshot } from 'subnetkit/metagraph'
 *
 * const metagraph = importSnapshot(JSON.parse(await readFile('snapshot.json', 'utf8')))
 * metagraph.validators() // uids with a permit
 * ```
 */
export function importSnapshot(data: unknown, options: ImportSnapshotOptions = {}): Metagraph {
  check('options', optionsShape, options)
  const { minValidatorStakeAlpha = 1_000n * RAO_PER_TAO, tempoBlocks = 360 } = options
  check('snapshot', snapshotShape, data)
  const { netuid, block, n, uids, hotkeys, stake, weights } = data as SnapshotJson
  checkLengths({ uids, hotkeys, stake }, 'snapshot', n)
  checkUids(uids ?? [])
  const stakeAlpha = BigUint64Array.from(stake, raoOfTokens)
  const rows = rowsByUid(weights, n)
  const hasWeights = rows.map((row) => row.length > 0)
  const columns: MetagraphColumns = {
    netuid,
    block,
    n,
    ownerUid: null,
    tempoBlocks,
    lastEpochBlock: 0,
    epochIndex: 0,
    hotkey: hotkeys.map((text) => asHotkey(text as Address)),
    coldkey: Array.from({ length: n }, () => asColdkey('' as Address)),
    axon: Array.from({ length: n }, () => null),
    registeredAtBlock: new Float64Array(n),
    lastUpdate: Float64Array.from(hasWeights, (has) => (has ? block : 0)),
    active: Uint8Array.from(hasWeights, Number),
    validatorPermit: Uint8Array.from(hasWeights, (has, uid) =>
      Number(has && (stakeAlpha[uid] ?? 0n) >= minValidatorStakeAlpha),
    ),
    stakeAlpha,
    stakeWeightU16: new Uint16Array(n),
    consensusU16: new Uint16Array(n),
    incentiveU16: new Uint16Array(n),
    dividendsU16: new Uint16Array(n),
    validatorTrustU16: new Uint16Array(n),
    emissionAlpha: new BigUint64Array(n),
    weights: packRows(rows),
    bonds: packRows(rows.map(() => [])),
  }
  checkKeys(columns, { hotkey: 'snapshot.hotkeys', coldkey: 'snapshot' })
  return new Metagraph(columns)
}

/** The file's columns are by uid: what it says of uids can only be that. */
function checkUids(uids: readonly number[]): void {
  const wrong = uids.findIndex((uid, at) => uid !== at)
  if (wrong >= 0)
    refuse(`snapshot.uids[${wrong}]`, uids[wrong], `Pass ${wrong}: uids are 0 to n - 1, in order.`)
}

function rowsByUid(given: readonly SnapshotRow[], n: number): MatrixEntry[][] {
  const rows: (MatrixEntry[] | undefined)[] = Array.from({ length: n })
  for (const [at, { uid, weights }] of given.entries()) {
    const field = `snapshot.weights[${at}]`
    if (uid >= n) refuse(`${field}.uid`, uid, ofSubnet(n))
    if (rows[uid] !== undefined) refuse(`${field}.uid`, uid, 'Pass one row for each uid.')
    checkUidsOfRow(weights, n, `${field}.weights`)
    rows[uid] = scaleRowToU16(weights)
  }
  return rows.map((row) => row ?? [])
}

function checkUidsOfRow(row: SnapshotRow['weights'], n: number, field: string): void {
  const seen = new Set<Uid>()
  for (const [k, [uid]] of row.entries()) {
    if (uid >= n) refuse(`${field}[${k}][0]`, uid, ofSubnet(n))
    if (seen.has(uid)) refuse(`${field}[${k}][0]`, uid, 'Name each uid once in a row.')
    seen.add(uid)
  }
}

const ofSubnet = (n: number): string => `Pass a uid of this subnet, 0 to ${n - 1}.`

function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}

/** Whole tokens to rao: the integer part exactly, the fraction to the nearest rao. */
function raoOfTokens(tokens: number): bigint {
  const whole = Math.trunc(tokens)
  return BigInt(whole) * RAO_PER_TAO + BigInt(Math.round((tokens - whole) * 1e9))
}
