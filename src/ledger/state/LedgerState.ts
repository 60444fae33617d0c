import { addressOf, bytesOfHex, hexOf, publicKeyOf } from '../../crypto/index.js'
import { assert } from '../../errors/index.js'
import type { Address, Netuid, Uid } from '../../units/index.js'
import { RecordStore } from './RecordStore.js'
import {
  type AccountId,
  type AccountRecord,
  type ChainRecord,
  memberId,
  type NeuronRecord,
  neuronId,
  type SubnetClockRecord,
  type SubnetPoolRecord,
  type SubnetRecord,
} from './records.js'
import {
  ALL_TABLES,
  accountTable,
  chainTable,
  neuronTable,
  subnetClockTable,
  subnetPoolTable,
  subnetTable,
  uidTable,
} from './tables.js'

const NO_ACCOUNT: AccountRecord = { balanceRao: 0n, nonce: 0 }

/** Addresses remembered before all are forgotten: 65,536 of about 200 bytes. */
const ADDRESS_LIMIT = 65_536

/** The record store with the ledger's words: what every rule reads and writes through. */
export class LedgerState {
  readonly store = new RecordStore(ALL_TABLES)
  readonly #addresses = new Map<AccountId, Address>()

  get chain(): ChainRecord {
    const record = this.store.get(chainTable, '')
    assert(record !== undefined, 'the chain has no genesis')
    return record
  }

  setChain(change: Partial<ChainRecord>): void {
    this.store.set(chainTable, '', { ...this.chain, ...change })
  }

  account(id: AccountId): AccountRecord {
    return this.store.get(accountTable, id) ?? NO_ACCOUNT
  }

  setAccount(id: AccountId, change: Partial<AccountRecord>): void {
    this.store.set(accountTable, id, { ...this.account(id), ...change })
  }

  /** Numbers of all subnets, ascending. */
  netuids(): Netuid[] {
    return this.store
      .ids(subnetTable)
      .map(Number)
      .sort((a, b) => a - b)
  }

  findSubnet(netuid: Netuid): SubnetRecord | undefined {
    return this.store.get(subnetTable, String(netuid))
  }

  subnet(netuid: Netuid): SubnetRecord {
    const record = this.findSubnet(netuid)
    assert(record !== undefined, `subnet ${netuid} does not exist`)
    return record
  }

  setSubnet(netuid: Netuid, change: Partial<SubnetRecord>): void {
    this.store.set(subnetTable, String(netuid), { ...this.subnet(netuid), ...change })
  }

  clock(netuid: Netuid): SubnetClockRecord {
    const record = this.store.get(subnetClockTable, String(netuid))
    assert(record !== undefined, `subnet ${netuid} has no clock`)
    return record
  }

  setClock(netuid: Netuid, change: Partial<SubnetClockRecord>): void {
    this.store.set(subnetClockTable, String(netuid), { ...this.clock(netuid), ...change })
  }

  pool(netuid: Netuid): SubnetPoolRecord {
    const record = this.store.get(subnetPoolTable, String(netuid))
    assert(record !== undefined, `subnet ${netuid} has no money columns`)
    return record
  }

  setPool(netuid: Netuid, change: Partial<SubnetPoolRecord>): void {
    this.store.set(subnetPoolTable, String(netuid), { ...this.pool(netuid), ...change })
  }

  uidOf(netuid: Netuid, hotkey: AccountId): Uid | undefined {
    return this.store.get(uidTable, memberId(netuid, hotkey))
  }

  neuron(netuid: Netuid, uid: Uid): NeuronRecord {
    const record = this.store.get(neuronTable, neuronId(netuid, uid))
    assert(record !== undefined, `subnet ${netuid} has no uid ${uid}`)
    return record
  }

  setNeuron(netuid: Netuid, uid: Uid, change: Partial<NeuronRecord>): void {
    this.store.set(neuronTable, neuronId(netuid, uid), { ...this.neuron(netuid, uid), ...change })
  }

  /** All neurons of a subnet by uid. PERF: O(n). */
  neurons(netuid: Netuid): NeuronRecord[] {
    return Array.from({ length: this.subnet(netuid).n }, (_, uid) => this.neuron(netuid, uid))
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

/** The account behind an address. */
export function accountOf(address: Address): AccountId {
  return accountOfKey(publicKeyOf(address))
}

/** The account of a 32-byte public key. */
export function accountOfKey(publicKey: Uint8Array): AccountId {
  return hexOf(publicKey) as AccountId
}

const SUBNET_ACCOUNT_TAG = hexOf(new TextEncoder().encode('subnetkit/account-of-subnet/\0\0'))

/** The account that holds a subnet's TAO: readable text in place of a public key, so nobody can sign for it. */
export function subnetAccount(netuid: Netuid): AccountId {
  return `${SUBNET_ACCOUNT_TAG}${netuid.toString(16).padStart(4, '0')}` as AccountId
}

/** Whether an account belongs to the chain itself, whether or not its subnet exists yet. */
export function isSystemAccount(account: AccountId): boolean {
  return account.startsWith(SUBNET_ACCOUNT_TAG)
}
