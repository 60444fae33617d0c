import {
  type Address,
  asColdkey,
  asHotkey,
  RAO_PER_TAO,
  type Rao,
  U16_MAX,
  type Uid,
} from '../units/index.js'
import { JsonReader } from './JsonReader.js'
import { Metagraph } from './Metagraph.js'
import { packRows, scaleRowToU16 } from './sparseRows.js'
import type { MatrixEntry } from './types.js'

/** What a snapshot file does not say and its reader has to choose. */
export interface ImportSnapshotOptions {
  /** Neurons with at least this stake and a weight row get a validator permit. Default 1,000 TAO. */
  readonly minValidatorStakeRao?: Rao
  /** Default 360, the reference chain's tempo. */
  readonly tempoBlocks?: number
}

/**
 * Reads a `metagraph-snapshot/1` file: hotkeys, stake in whole tokens and float weight rows of a live subnet.
 *
 * Weights are scaled to u16 (largest entry of a row 65535), stake is rounded to the nearest rao. The file holds
 * no bonds, so there are none; coldkeys are empty, nobody serves, every neuron counts as registered at block 0,
 * and those with weights as updated at the snapshot's block.
 *
 * @param data - the parsed JSON.
 * @throws InvalidArgumentError naming the field that does not fit.
 */
export function importSnapshot(data: unknown, options: ImportSnapshotOptions = {}): Metagraph {
  const minValidatorStakeRao = options.minValidatorStakeRao ?? 1_000n * RAO_PER_TAO
  const json = new JsonReader(data, 'snapshot')
  json.literal('format', 'metagraph-snapshot/1')
  const n = json.integer('n', U16_MAX + 1)
  const block = json.integer('block', Number.MAX_SAFE_INTEGER)
  const stakeRao = BigUint64Array.from(json.numbers('stake', n), raoOfTokens)
  const rows = readRows(json, n)
  const hasWeights = rows.map((row) => row.length > 0)
  return new Metagraph({
    netuid: json.integer('netuid', U16_MAX),
    block,
    n,
    ownerUid: null,
    tempoBlocks: options.tempoBlocks ?? 360,
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
  })
}

function readRows(json: JsonReader, n: number): MatrixEntry[][] {
  const rows: MatrixEntry[][] = Array.from({ length: n }, () => [])
  json.list('weights').forEach((entry, at) => {
    const row = new JsonReader(entry, `snapshot.weights[${at}]`)
    const uid: Uid = row.integer('uid', n - 1)
    rows[uid] = scaleRowToU16(row.pairs('weights', row.value('weights')))
  })
  return rows
}

/** Whole tokens to rao: the integer part exactly, the fraction to the nearest rao. */
function raoOfTokens(tokens: number): bigint {
  const whole = Math.trunc(tokens)
  return BigInt(whole) * RAO_PER_TAO + BigInt(Math.round((tokens - whole) * 1e9))
}
