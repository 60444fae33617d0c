import { check } from '../checks/index.js'
import { encodeCanonical } from '../codec/index.js'
import { sha256Hex } from '../crypto/index.js'
import type { EmissionPolicy } from '../emission/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { hashCalls, sealHeader } from './block/header.js'
import { RecentBlocks } from './block/RecentBlocks.js'
import type { Genesis } from './config.js'
import type { LedgerOptions } from './doors.js'
import { SnapshotError } from './errors.js'
import { applyGenesis } from './genesis.js'
import { chainOf, readHeaders, understood } from './heldChain.js'
import { checkState } from './state/checkState.js'
import { LedgerState } from './state/LedgerState.js'
import type { Change, Store } from './state/Store.js'
import type { Key, Table } from './state/table.js'
import { config, genesisHash, headers, KEPT_TABLES, policyName as policyNameTable } from './state/tables.js'

/** What a ledger goes on from. */
export interface Beginning {
  readonly state: LedgerState
  readonly recent: RecentBlocks
  /** Name of the emission policy under which a chain was left; `null` for a new one. */
  readonly policyName: string | null
  /** Whether it is what the store of the ledger holds. */
  readonly isStored: boolean
}

/** @throws InvalidArgumentError for a store that holds a chain: records of two would be mixed. */
export function assertEmpty(store: Store | undefined): void {
  if (store?.get(config, []) === undefined) return
  const remedy = 'Pass an empty store, or take up the chain that this one holds with Ledger.resume.'
  throw new InvalidArgumentError({ field: 'store', value: store, remedy })
}

/** Block 0 of a new chain. */
export function fromGenesis(genesis: Genesis): Beginning {
  const state = applyGenesis(genesis)
  const header = sealHeader(undefined, {
    number: 0,
    parentHash: genesisParent(genesis),
    stateHash: state.root(),
    callsHash: hashCalls([]),
    callCount: 0,
    author: null,
  })
  const { callWindowBlocks: windowBlocks } = genesis.config
  const recent = new RecentBlocks({ genesisHash: header.hash, windowBlocks, headers: [header] })
  return { state, recent, policyName: null, isStored: false }
}

/**
 * The chain that a store holds.
 *
 * @throws SnapshotError when there is none, its headers do not follow from each other, or it does not hash to what its head says; whatever the
 *   store throws.
 */
export function fromStore(store: Store): Beginning {
  // Read first, so that what the store throws is not taken for damage.
  const held = new Map(KEPT_TABLES.map((table) => [table, [...store.range(table, [])]]))
  const rowsOf = <K extends Key, R>(table: Table<K, R>) => (held.get(table) ?? []) as (readonly [K, R])[]
  return understood('the records of the store are damaged', () => {
    const state = new LedgerState()
    state.loadFrom(rowsOf)
    const known = rowsOf(genesisHash)[0]?.[1]
    const policyName = rowsOf(policyNameTable)[0]?.[1]
    const list = rowsOf(headers).map(([[number], header]) => {
      check(`headers ${number}`, headers.check, header)
      return { number, ...header }
    })
    if (state.get(config) === undefined || known === undefined || list.length === 0) {
      throw new SnapshotError({ why: 'the store holds none; new Ledger with this store begins one' })
    }
    const recent = readHeaders(known, chainOf(list), state)
    const isWhole = recent.all().every(({ number, hash }, at) => {
      return list[at]?.number === number && list[at].hash === hash
    })
    if (!isWhole) throw new SnapshotError({ why: 'the headers of the store do not follow from each other' })
    checkState(state, recent.head)
    if (policyName === undefined) {
      throw new SnapshotError({
        why: 'the store does not say under which emission policy the chain was left',
      })
    }
    state.commit()
    return { state, recent, policyName, isStored: true }
  })
}

/**
 * Goes on from a beginning: holds the policy to that under which the chain was left, makes the state final, and writes to the store what it does not
 * hold.
 *
 * @throws InvalidArgumentError naming both policies; whatever the store throws.
 */
export function takeUp(
  { state, recent, policyName, isStored }: Beginning,
  given: EmissionPolicy,
  { store, policyMayDiffer = false }: Pick<LedgerOptions, 'store' | 'policyMayDiffer'>,
): void {
  if (policyName !== null && policyName !== given.name && !policyMayDiffer) {
    const remedy =
      `The chain was left under the emission policy ${JSON.stringify(policyName)}: pass that one, or policyMayDiffer: true to go on ` +
      `under ${JSON.stringify(given.name)}.`
    throw new InvalidArgumentError({ field: 'options.policy', value: given.name, remedy })
  }
  const policy: Change = { table: policyNameTable, key: [], record: given.name }
  if (isStored) {
    if (policyName !== given.name) store?.write([policy])
    return
  }
  const kept = recent
    .all()
    .map(({ number, ...record }): Change => ({ table: headers, key: [number], record }))
  state.commit(store, [...kept, { table: genesisHash, key: [], record: recent.genesisHash }, policy])
}

/** What stands where block 0 would name its parent: zeros, or the hash of the seed. */
function genesisParent({ seed }: Genesis): string {
  if (seed === undefined) return '0'.repeat(64)
  return sha256Hex(encodeCanonical(['subnetkit/genesis-seed', seed]))
}
