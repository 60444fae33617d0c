import { assertMade, check, instance, type made } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import type { BlockNumber, Hotkey, Netuid, Uid } from '../units/index.js'
import { checkColumns } from './checkColumns.js'
import { diffMetagraphs } from './diff.js'
import { decodeMetagraphJson, encodeMetagraphJson, type MetagraphJson } from './json.js'
import { Row } from './Row.js'
import { copyRows, entriesOf } from './sparseRows.js'
import type { MatrixEntry, MetagraphColumns, MetagraphDiff, MetagraphRow } from './types.js'

/**
 * A subnet at one block: who is registered, staked, trusted and paid. Immutable: it copies the columns it is
 * given, and the next block is another `Metagraph`.
 *
 * `JSON.stringify` takes a metagraph, which `fromJSON` reads back without loss, and its rows: amounts become decimal text.
 *
 * PERF: building one checks and copies every column, O(n + entries), but for those that a `LocalChain` hands out; `uidOf` is O(1);
 * `rows` builds n objects.
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
   * @param own - for the library alone, as its ledger makes columns: they are right, nobody else has them, and they become the metagraph's.
   * @throws ShapeError when a column's length disagrees with n.
   * @throws InvalidArgumentError naming the first column or entry that is wrong (`columns.weights[3][0]`): beyond its range, a
   *   hotkey in two slots, a row that names a uid twice or one that is no slot, a block after the metagraph's own.
   */
  constructor(columns: MetagraphColumns, own?: typeof made) {
    if (own === undefined) checkColumns(columns, 'columns')
    else assertMade(own, 'Metagraph', 'new Metagraph(columns)')
    this.columns = frozen(own === undefined ? copied(columns) : columns)
    this.#uidByHotkey = new Map(this.columns.hotkey.map((hotkey, uid) => [hotkey, uid]))
  }

  /**
   * Reads what `toJSON` wrote; what it takes, it writes again to the same text.
   *
   * @throws ShapeError, InvalidArgumentError naming the field that does not fit (`metagraph.stakeAlpha[3]`), unknown ones included.
   */
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

  /**
   * The slot of a hotkey, `undefined` when it is not registered here.
   *
   * @throws InvalidArgumentError for what is no text.
   */
  uidOf(hotkey: Hotkey): Uid | undefined {
    if (typeof hotkey !== 'string') {
      throw new InvalidArgumentError({ field: 'hotkey', value: hotkey, remedy: 'Pass an address.' })
    }
    return this.#uidByHotkey.get(hotkey)
  }

  /** One neuron for reading. @throws InvalidArgumentError for a uid that is no slot here. */
  row(uid: Uid): MetagraphRow {
    this.#assertSlot(uid)
    return new Row(this.columns, uid)
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
   * @throws InvalidArgumentError when `later` is no metagraph, or another subnet's.
   */
  diff(later: Metagraph): MetagraphDiff {
    check('later', instance(Metagraph), later)
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

function copied(columns: MetagraphColumns): MetagraphColumns {
  return {
    ...columns,
    hotkey: [...columns.hotkey],
    coldkey: [...columns.coldkey],
    axon: columns.axon.map((axon) => axon && { ...axon }),
    registeredAtBlock: columns.registeredAtBlock.slice(),
    lastUpdate: columns.lastUpdate.slice(),
    active: columns.active.slice(),
    validatorPermit: columns.validatorPermit.slice(),
    stakeAlpha: columns.stakeAlpha.slice(),
    stakeWeightU16: columns.stakeWeightU16.slice(),
    consensusU16: columns.consensusU16.slice(),
    incentiveU16: columns.incentiveU16.slice(),
    dividendsU16: columns.dividendsU16.slice(),
    validatorTrustU16: columns.validatorTrustU16.slice(),
    emissionAlpha: columns.emissionAlpha.slice(),
    weights: copyRows(columns.weights),
    bonds: copyRows(columns.bonds),
  }
}

function frozen(columns: MetagraphColumns): MetagraphColumns {
  const { hotkey, coldkey, axon, weights, bonds } = columns
  for (const part of [hotkey, coldkey, axon, weights, bonds]) Object.freeze(part)
  for (const address of axon) Object.freeze(address)
  return Object.freeze(columns)
}
