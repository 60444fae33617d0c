import { check, optional, rao, shape, wholeNumber } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  RAO_PER_TAO,
  type Rao,
  U16_MAX,
  U64_MAX,
  type Uid,
} from '../units/index.js'
import { checkKeys, MAX_SLOTS } from './checkColumns.js'
import { JsonReader } from './JsonReader.js'
import { Metagraph } from './Metagraph.js'
import { packRows, scaleRowToU16 } from './sparseRows.js'
import type { MatrixEntry, MetagraphColumns } from './types.js'

/** What a snapshot file does not say and its reader has to choose. */
export interface ImportSnapshotOptions {
  /** Neurons with at least this stake and a weight row get a validator permit. Default 1,000 TAO. */
  readonly minValidatorStakeRao?: Rao
  /** Default 360, the reference chain's tempo. */
  readonly tempoBlocks?: number
}

const optionsShape = shape<ImportSnapshotOptions>({
  minValidatorStakeRao: optional(rao()),
  tempoBlocks: optional(wholeNumber()),
})

/** `network` and `absent` are for people: they are not kept. */
const FIELDS = ['format', 'network', 'netuid', 'block', 'n', 'uids', 'hotkeys', 'stake', 'weights', 'absent']

/** Most whole tokens that a column of rao holds, far above all there can be. */
const MOST_TOKENS = Number(U64_MAX / RAO_PER_TAO)

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
  const { minValidatorStakeRao = 1_000n * RAO_PER_TAO, tempoBlocks = 360 } = options
  const json = new JsonReader(data, 'snapshot', FIELDS)
  json.literal('format', 'metagraph-snapshot/1')
  const n = json.integer('n', MAX_SLOTS)
  const block = json.integer('block', Number.MAX_SAFE_INTEGER)
  if (json.has('uids')) checkUids(json.integers('uids', n, U16_MAX))
  const stakeRao = BigUint64Array.from(json.numbers('stake', n, MOST_TOKENS), raoOfTokens)
  const rows = readRows(json, n)
  const hasWeights = rows.map((row) => row.length > 0)
  const columns: MetagraphColumns = {
    netuid: json.integer('netuid', U16_MAX),
    block,
    n,
    ownerUid: null,
    tempoBlocks,
    lastEpochBlock: 0,
    epochIndex: 0,
    hotkey: json.texts('hotkeys', n).map((text) => asHotkey(text as Address)),
    coldkey: Array.from({ length: n }, () => asColdkey('' as Address)),
    axon: Array.from({ length: n }, () => null),
    registeredAtBlock: new Float64Array(n),
    lastUpdate: Float64Array.from(hasWeights, (has) => (has ? block : 0)),
    active: Uint8Array.from(hasWeights, Number),
    validatorPermit: Uint8Array.from(hasWeights, (has, uid) =>
      Number(has && stakeRao[uid]! >= minValidatorStakeRao),
    ),
    stakeRao,
    stakeWeightU16: new Uint16Array(n),
    consensusU16: new Uint16Array(n),
    incentiveU16: new Uint16Array(n),
    dividendsU16: new Uint16Array(n),
    validatorTrustU16: new Uint16Array(n),
    emissionRao: new BigUint64Array(n),
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

function readRows(json: JsonReader, n: number): MatrixEntry[][] {
  const rows: (MatrixEntry[] | undefined)[] = Array.from({ length: n })
  json.list('weights').forEach((entry, at) => {
    const field = `snapshot.weights[${at}]`
    const row = new JsonReader(entry, field, ['uid', 'weights'])
    const uid: Uid = row.integer('uid', n - 1)
    if (rows[uid] !== undefined) refuse(`${field}.uid`, uid, 'Pass one row for each uid.')
    rows[uid] = scaleRowToU16(checkedPairs(row, n, `${field}.weights`))
  })
  return rows.map((row) => row ?? [])
}

function checkedPairs(row: JsonReader, n: number, field: string): [Uid, number][] {
  const pairs = row.pairs('weights', row.value('weights'))
  const seen = new Set<Uid>()
  for (const [k, [uid]] of pairs.entries()) {
    if (uid >= n) refuse(`${field}[${k}][0]`, uid, `Pass a uid of this subnet, 0 to ${n - 1}.`)
    if (seen.has(uid)) refuse(`${field}[${k}][0]`, uid, 'Name each uid once in a row.')
    seen.add(uid)
  }
  return pairs
}

function refuse(field: string, value: unknown, remedy: string): never {
  throw new InvalidArgumentError({ field, value, remedy })
}

/** Whole tokens to rao: the integer part exactly, the fraction to the nearest rao. */
function raoOfTokens(tokens: number): bigint {
  const whole = Math.trunc(tokens)
  return BigInt(whole) * RAO_PER_TAO + BigInt(Math.round((tokens - whole) * 1e9))
}
