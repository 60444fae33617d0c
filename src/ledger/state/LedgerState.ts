import { addressOf, bytesOfHex } from '../../crypto/index.js'
import { assert } from '../../errors/index.js'
import {
  type Address,
  asColdkey,
  asHotkey,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type Rao,
  type Uid,
} from '../../units/index.js'
import type { Hyperparameters } from '../rules/hyperparameters.js'
import { type AccountId, isSystemAccount, netuidOfAccount, ROOT, subnetAccount } from './account.js'
import type { Cells } from './bytes.js'
import { RecordState } from './RecordState.js'
import type { KeyOf, RecordOf } from './table.js'
import {
  ALL_TABLES,
  accounts,
  type ChainRecord,
  chain,
  hotkeys,
  hyperparameters,
  neurons,
  reserves,
  SUBNET_COLUMNS,
  type SubnetRecord,
  type shares,
  type stakes,
  subnets,
  uids,
} from './tables.js'

/** Addresses remembered before all are forgotten: 65,536 of about 200 bytes. */
const ADDRESS_LIMIT = 65_536

const NO_KEY: readonly [] = []

/** Tables of columns by netuid. */
export type SubnetColumns = (typeof SUBNET_COLUMNS)[number]

type ValueIn<A> = A extends BigUint64Array ? bigint : number

/** What such a table says of one subnet. */
export type RowOf<T> = { readonly [N in keyof RecordOf<T>]: ValueIn<RecordOf<T>[N]> }

/** The neurons of a subnet and who stands behind them, by uid. */
export interface SubnetMembers {
  /** Of the hotkeys' records when they were looked at. */
  readonly revision: number
  readonly hotkey: readonly AccountId[]
  readonly coldkey: readonly AccountId[]
  readonly takeU16: Uint16Array
  readonly uidOf: ReadonlyMap<AccountId, Uid>
  readonly hotkeyAddress: readonly Hotkey[]
  readonly coldkeyAddress: readonly Coldkey[]
  /** Uids in the order of their hotkeys' bytes. */
  readonly byHotkey: readonly number[]
  /** Place of a uid in that order. */
  readonly placeOf: Uint16Array
  /** Keys of what is looked up for every neuron, in that order: the hotkeys' stake here and on root, and what their owners have of it here. */
  readonly stakeKeys: KeyOf<typeof stakes>[]
  rootStakeKeys(): KeyOf<typeof stakes>[]
  readonly ownShareKeys: KeyOf<typeof shares>[]
}

/** The records with the ledger's words: what every rule reads and writes through. */
export class LedgerState extends RecordState {
  readonly #addresses = new Map<AccountId, Address>()
  /** By the list of hotkeys, which is another one whenever a neuron comes. */
  readonly #members = new WeakMap<readonly AccountId[], SubnetMembers>()
  #netuids: readonly Netuid[] = []
  #netuidsRevision = -1

  constructor() {
    super(ALL_TABLES)
  }

  get chain(): ChainRecord {
    return this.required(chain)
  }

  setChain(change: Partial<ChainRecord>): void {
    const next: { [name: string]: unknown } = { ...this.chain }
    // PERF: to spread both takes several times as long, and each block does so several times.
    for (const name in change) next[name] = change[name as keyof ChainRecord]
    this.set(chain, NO_KEY, next as unknown as ChainRecord)
  }

  /** Balance of an account; of a subnet's account too, which lies in a column from the subnet of its number on. */
  balanceRao(account: AccountId): Rao {
    const own = isSystemAccount(account)
      ? this.get(reserves)?.accountRao[netuidOfAccount(account)]
      : undefined
    return own ?? this.get(accounts, account)?.balanceRao ?? 0n
  }

  setBalanceRao(account: AccountId, balanceRao: Rao): void {
    const netuid = isSystemAccount(account) ? netuidOfAccount(account) : Number.POSITIVE_INFINITY
    if (netuid < (this.get(reserves)?.accountRao.length ?? 0)) {
      this.setRow(reserves, netuid, { accountRao: balanceRao })
    } else this.set(accounts, [account], { balanceRao, nonce: this.nonce(account) })
  }

  /** Nonce that the account's next call must carry. */
  nonce(account: AccountId): number {
    return this.get(accounts, account)?.nonce ?? 0
  }

  setNonce(account: AccountId, nonce: number): void {
    this.set(accounts, [account], { balanceRao: this.balanceRao(account), nonce })
  }

  /** Numbers of all subnets but root, ascending. */
  netuids(): readonly Netuid[] {
    const revision = this.revision(subnets)
    if (this.#netuidsRevision !== revision) {
      this.#netuidsRevision = revision
      this.#netuids = this.range(subnets).flatMap(([[netuid]]) => (netuid === ROOT ? [] : [netuid]))
    }
    return this.#netuids
  }

  findSubnet(netuid: Netuid): SubnetRecord | undefined {
    return this.get(subnets, netuid)
  }

  subnet(netuid: Netuid): SubnetRecord {
    return this.required(subnets, netuid)
  }

  setSubnet(netuid: Netuid, change: Partial<SubnetRecord>): void {
    this.set(subnets, [netuid], { ...this.subnet(netuid), ...change })
  }

  hyperparameters(netuid: Netuid): Hyperparameters {
    return this.required(hyperparameters, netuid)
  }

  /** One quantity of a subnet. */
  cell<T extends SubnetColumns, N extends keyof RecordOf<T> & string>(
    table: T,
    netuid: Netuid,
    column: N,
  ): ValueIn<RecordOf<T>[N]> {
    const columns = this.required<readonly [], { readonly [column: string]: Cells }>(table)
    const cells = columns[column] as ArrayLike<ValueIn<RecordOf<T>[N]>> | undefined
    const value = cells?.[netuid]
    if (value === undefined) assert(false, `${table.name} has no subnet ${netuid}`)
    return value
  }

  /** All that a table says of a subnet. */
  row<T extends SubnetColumns>(table: T, netuid: Netuid): RowOf<T> {
    const columns = Object.entries<Cells>(
      this.required<readonly [], { readonly [column: string]: Cells }>(table),
    )
    return Object.fromEntries(columns.map(([column, cells]) => [column, cells[netuid]])) as RowOf<T>
  }

  /** Sets some of what a table says of a subnet. */
  setRow<T extends SubnetColumns>(table: T, netuid: Netuid, change: Partial<RowOf<T>>): void {
    for (const column in change)
      this.setCell(table as never, [], column as never, netuid, change[column] as never)
  }

  /** Sets all that a table says of a subnet to 0. */
  clearRow<T extends SubnetColumns>(table: T, netuid: Netuid): void {
    const columns = this.required<readonly [], { readonly [column: string]: Cells }>(table)
    for (const [column, cells] of Object.entries(columns)) {
      const zero = cells instanceof BigUint64Array ? 0n : 0
      this.setCell(table as never, [], column as never, netuid, zero as never)
    }
  }

  /** Gives a subnet, and all numbers before it, their places in the columns, with what somebody paid to their accounts before. */
  makeRoomFor(netuid: Netuid): void {
    const first = this.get(reserves)?.accountRao.length ?? 0
    for (const columns of SUBNET_COLUMNS) this.makeRoom(columns, netuid + 1)
    for (let number = first; number <= netuid; number++) {
      const account = subnetAccount(number)
      const paid = this.get(accounts, account)
      if (paid === undefined) continue
      this.delete(accounts, account)
      this.setRow(reserves, number, { accountRao: paid.balanceRao })
    }
  }

  /** Lengthens the columns of a table to `length` entries. */
  makeRoom<T extends SubnetColumns>(table: T, length: number): void {
    const before = this.getOrBlank<readonly [], { readonly [column: string]: Cells }>(table)
    if (Object.values<Cells>(before).every((cells) => cells.length >= length)) return
    const longer = Object.entries<Cells>(before).map(([column, cells]) => [column, grown(cells, length)])
    this.set<readonly [], { readonly [column: string]: Cells }>(table, [], Object.fromEntries(longer))
  }

  uidOf(netuid: Netuid, hotkey: AccountId): Uid | undefined {
    return this.get(uids, netuid, hotkey)
  }

  /** Hotkeys of a subnet by uid. */
  hotkeys(netuid: Netuid): readonly AccountId[] {
    return this.get(neurons, netuid)?.hotkey ?? []
  }

  /**
   * Who has the uids of a subnet, who owns them and what they take. PERF: kept until a neuron or a hotkey's record changes, then a look-up
   * per neuron and a sort.
   */
  members(netuid: Netuid, defaultTakeU16: number): SubnetMembers {
    const hotkey = this.hotkeys(netuid)
    const revision = this.revision(hotkeys)
    const known = this.#members.get(hotkey)
    if (known?.revision === revision) return known
    const records = hotkey.map((key) => this.required(hotkeys, key))
    // One text for the same owner, however many records have a copy: an epoch compares and looks them up a thousand times.
    const owners = new Map(records.map(({ owner }) => [owner, owner]))
    const coldkey = records.map(({ owner }) => owners.get(owner) ?? owner)
    const byHotkey = [...hotkey.keys()].sort((a, b) =>
      (hotkey[a] as string) < (hotkey[b] as string) ? -1 : 1,
    )
    const placeOf = new Uint16Array(hotkey.length)
    byHotkey.forEach((uid, place) => {
      placeOf[uid] = place
    })
    const members: SubnetMembers = {
      revision,
      hotkey,
      coldkey,
      takeU16: Uint16Array.from(records.map(({ takeU16 }) => takeU16 ?? defaultTakeU16)),
      uidOf: new Map(hotkey.map((key, uid) => [key, uid])),
      hotkeyAddress: hotkey.map((key) => asHotkey(this.addressOf(key))),
      coldkeyAddress: records.map(({ owner }) => asColdkey(this.addressOf(owner))),
      byHotkey,
      placeOf,
      stakeKeys: byHotkey.map((uid) => [netuid, hotkey[uid] as AccountId]),
      // Mostly nobody asks.
      rootStakeKeys: once(() => byHotkey.map((uid) => [ROOT, hotkey[uid] as AccountId])),
      ownShareKeys: byHotkey.map((uid) => [netuid, hotkey[uid] as AccountId, coldkey[uid] as AccountId]),
    }
    this.#members.set(hotkey, members)
    return members
  }

  /** Number of neurons of a subnet. */
  n(netuid: Netuid): number {
    return this.hotkeys(netuid).length
  }

  /** The SS58 address of an account. */
  addressOf(id: AccountId): Address {
    const known = this.#addresses.get(id)
    if (known !== undefined) return known
    if (this.#addresses.size >= ADDRESS_LIMIT) this.#addresses.clear()
    const address = addressOf(bytesOfHex(id))
    this.#addresses.set(id, address)
    return address
  }
}

function grown<T extends Cells>(cells: T, length: number): T {
  const Kind = cells.constructor as new (length: number) => T
  const longer = new Kind(length)
  longer.set(cells as never)
  return longer
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
