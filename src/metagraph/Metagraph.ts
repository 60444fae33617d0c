import { InvalidArgumentError, ShapeError } from '../errors/index.js'
import { type BlockNumber, type Hotkey, type Netuid, U16_MAX, type Uid } from '../units/index.js'
import { diffMetagraphs } from './diff.js'
import { decodeMetagraphJson, encodeMetagraphJson, type MetagraphJson } from './json.js'
import { copyRows, entriesOf } from './sparseRows.js'
import type { MatrixEntry, MetagraphColumns, MetagraphDiff, MetagraphRow } from './types.js'

const TYPED_COLUMNS = [
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
] as const
const LIST_COLUMNS = ['hotkey', 'coldkey', 'axon'] as const

/**
 * A subnet at one block: who is registered, staked, trusted and paid. Immutable: it copies the columns it is
 * given, and the next block is another `Metagraph`.
 *
 * PERF: building one copies every column, O(n + entries); `uidOf` is O(1); `rows` builds n objects.
 *
 * @example
 * ```ts
 * import type { Metagraph } from 'subnetkit/metagraph'
 *
 * function bestMiner(metagraph: Metagraph): string | undefined {
 *   const rows = metagraph.rows().sort((a, b) => b.incentive - a.incentive || a.uid - b.uid)
 *   return rows[0]?.hotkey
 * }
 * ```
 */
export class Metagraph {
  /** The columns themselves, by uid. Typed arrays cannot be frozen: read them, never write into them. */
  readonly columns: MetagraphColumns
  readonly #uidByHotkey: ReadonlyMap<Hotkey, Uid>

  /**
   * @throws ShapeError when a column's length disagrees with n.
   * @throws InvalidArgumentError when a hotkey holds two slots or a matrix is malformed.
   */
  constructor(columns: MetagraphColumns) {
    const copy: { -readonly [K in keyof MetagraphColumns]: MetagraphColumns[K] } = { ...columns }
    for (const name of [...TYPED_COLUMNS, ...LIST_COLUMNS]) {
      const { length } = columns[name]
      if (length !== columns.n)
        throw new ShapeError({ field: name, expectedLength: columns.n, actualLength: length })
      Object.assign(copy, { [name]: columns[name].slice() })
    }
    for (const name of LIST_COLUMNS) Object.freeze(copy[name])
    copy.weights = Object.freeze(copyRows(columns.weights, columns.n, 'weights'))
    copy.bonds = Object.freeze(copyRows(columns.bonds, columns.n, 'bonds'))
    this.columns = Object.freeze(copy)
    this.#uidByHotkey = indexHotkeys(copy.hotkey)
  }

  /** Reads what `toJSON` wrote. @throws InvalidArgumentError naming the field that does not fit. */
  static fromJSON(data: unknown): Metagraph {
    return new Metagraph(decodeMetagraphJson(data))
  }

  get netuid(): Netuid {
    return this.columns.netuid
  }

  get block(): BlockNumber {
    return this.columns.block
  }

  /** Number of slots; uids are 0 to n - 1. */
  get n(): number {
    return this.columns.n
  }

  /** The slot of a hotkey, `undefined` when it is not registered here. */
  uidOf(hotkey: Hotkey): Uid | undefined {
    return this.#uidByHotkey.get(hotkey)
  }

  /** One neuron for reading. @throws InvalidArgumentError for a uid that is no slot here. */
  row(uid: Uid): MetagraphRow {
    this.#assertSlot(uid)
    const c = this.columns
    const axon = c.axon[uid]!
    return {
      uid,
      hotkey: c.hotkey[uid]!,
      coldkey: c.coldkey[uid]!,
      axon: axon === null ? null : `${axon.host}:${axon.port}`,
      stakeRao: c.stakeRao[uid]!,
      stakeWeight: c.stakeWeightU16[uid]! / U16_MAX,
      consensus: c.consensusU16[uid]! / U16_MAX,
      incentive: c.incentiveU16[uid]! / U16_MAX,
      dividends: c.dividendsU16[uid]! / U16_MAX,
      validatorTrust: c.validatorTrustU16[uid]! / U16_MAX,
      emissionRao: c.emissionRao[uid]!,
      validatorPermit: c.validatorPermit[uid] === 1,
      active: c.active[uid] === 1,
      registeredAtBlock: c.registeredAtBlock[uid]!,
      lastUpdate: c.lastUpdate[uid]!,
    }
  }

  /** Every neuron for reading, in uid order. */
  rows(): MetagraphRow[] {
    return Array.from({ length: this.n }, (_, uid) => this.row(uid))
  }

  /** Uids that hold a validator permit, ascending. */
  validators(): Uid[] {
    return this.#uidsWhere((uid) => this.columns.validatorPermit[uid] === 1)
  }

  /** Uids that serve an axon, ascending: who a validator can query. A neuron may be miner and validator at once. */
  miners(): Uid[] {
    return this.#uidsWhere((uid) => this.columns.axon[uid] !== null)
  }

  /** What a validator last said of others, as stored: largest entry 65535. */
  weightsOf(uid: Uid): MatrixEntry[] {
    this.#assertSlot(uid)
    return entriesOf(this.columns.weights, uid)
  }

  /** A validator's stored bonds. */
  bondsOf(uid: Uid): MatrixEntry[] {
    this.#assertSlot(uid)
    return entriesOf(this.columns.bonds, uid)
  }

  /**
   * What changed from this metagraph to a later one of the same subnet.
   *
   * @throws InvalidArgumentError when `later` is another subnet's.
   */
  diff(later: Metagraph): MetagraphDiff {
    return diffMetagraphs(this, later)
  }

  /** Plain JSON that `fromJSON` reads back without loss; amounts are decimal strings. */
  toJSON(): MetagraphJson {
    return encodeMetagraphJson(this.columns)
  }

  #uidsWhere(holds: (uid: Uid) => boolean): Uid[] {
    const uids: Uid[] = []
    for (let uid = 0; uid < this.n; uid++) if (holds(uid)) uids.push(uid)
    return uids
  }

  #assertSlot(uid: Uid): void {
    if (Number.isInteger(uid) && uid >= 0 && uid < this.n) return
    throw new InvalidArgumentError({
      field: 'uid',
      value: uid,
      remedy: `Pass a uid of this subnet, 0 to ${this.n - 1}.`,
    })
  }
}

function indexHotkeys(hotkeys: readonly Hotkey[]): ReadonlyMap<Hotkey, Uid> {
  const uidByHotkey = new Map<Hotkey, Uid>()
  hotkeys.forEach((hotkey, uid) => {
    if (uidByHotkey.has(hotkey)) {
      throw new InvalidArgumentError({
        field: `hotkey[${uid}]`,
        value: hotkey,
        remedy: 'Pass each hotkey once: a hotkey holds one slot of a subnet.',
      })
    }
    uidByHotkey.set(hotkey, uid)
  })
  return uidByHotkey
}
