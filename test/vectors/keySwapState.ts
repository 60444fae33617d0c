import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { parentsOf, setParent } from '../../src/ledger/children/parents.js'
import { coldkeyHash } from '../../src/ledger/keys/coldkeyHash.js'
import { MAIN_MECHANISM } from '../../src/ledger/neurons/columns.js'
import { type AccountId, NOBODY, ROOT } from '../../src/ledger/state/account.js'
import { hashCommits } from '../../src/ledger/state/commitTables.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  autoClaims,
  autoStakes,
  axons,
  childkeys,
  children,
  coldkeySwaps,
  hotkeySwaps,
  hotkeys,
  hotkeysByOwner,
  identities,
  type LinksRecord,
  neurons,
  parentLists,
  pendingChildren,
  rootClaimed,
  rootClaimRates,
  stakers,
  stakingHotkeys,
  subnetHotkeySwaps,
  uids,
} from '../../src/ledger/state/tables.js'
import { addBareSubnet } from './contextAt.js'
import type { FileInteger } from './economicsFile.js'
import {
  balancesOf,
  coldkeyOf,
  type FilePosition,
  type FileTotal,
  fileInteger,
  idOf,
  loadMoney,
  numberOf,
  positionsOf,
  totalsOf,
} from './fileState.js'

type FileLink = readonly [proportion: FileInteger, hotkey: number]

/** What the files of key swaps say of a state; lists are sorted by their keys, but for those whose order is a rule. */
export interface KeySwapState {
  readonly balances_rao: readonly (readonly [number, FileInteger])[]
  readonly total_issuance_rao: FileInteger
  readonly hotkey_owners: readonly (readonly [number, number])[]
  readonly owned_hotkeys: readonly (readonly [number, readonly number[]])[]
  readonly staking_hotkeys: readonly (readonly [number, readonly number[]])[]
  readonly delegate_takes_u16: readonly (readonly [number, number])[]
  readonly uids: readonly (readonly [netuid: number, uid: number, hotkey: number])[]
  readonly positions: readonly FilePosition[]
  readonly hotkey_totals: readonly FileTotal[]
  readonly root_claim_rates_i96f32_bits: readonly (readonly [number, number, FileInteger])[]
  readonly root_claimed_alpha: readonly (readonly [number, number, number, FileInteger])[]
  readonly axon_blocks: readonly (readonly [netuid: number, hotkey: number, block: number])[]
  readonly hash_commits: readonly (readonly [netuid: number, hotkey: number, count: number])[]
  readonly subnet_owner_hotkeys: readonly (readonly [number, number])[]
  readonly subnet_owner_coldkeys: readonly (readonly [number, number])[]
  readonly auto_stake: readonly (readonly [coldkey: number, netuid: number, hotkey: number])[]
  readonly children: readonly (readonly [number, number, readonly FileLink[]])[]
  readonly parents: readonly (readonly [number, number, readonly FileLink[]])[]
  readonly pending_children: readonly (readonly [number, number, readonly FileLink[], number])[]
  readonly childkey_takes_u16: readonly (readonly [hotkey: number, netuid: number, take: number])[]
  readonly auto_claim_index: readonly number[]
  readonly last_tx_blocks: readonly (readonly [number, number])[]
  readonly last_swap_blocks: readonly (readonly [netuid: number, coldkey: number, block: number])[]
  readonly identities: readonly (readonly [number, string])[]
  readonly announcements: readonly (readonly [number, number, number])[]
  readonly disputes: readonly (readonly [number, number])[]
}

/** Account 0 of the files is nobody. */
const ownerId = (account: number): AccountId => (account === 0 ? NOBODY : idOf(account))
const ownerNumber = (id: AccountId): number => (id === NOBODY ? 0 : numberOf(id))

/** Puts a state of the files into a chain that has nothing but root. */
export function loadKeySwapState(context: BlockContext, file: KeySwapState): void {
  const { state } = context
  const owners = new Map(file.subnet_owner_coldkeys)
  for (const [netuid, ownerHotkey] of file.subnet_owner_hotkeys) {
    if (netuid !== ROOT) addBareSubnet(context, netuid)
    state.setSubnet(netuid, {
      owner: ownerId(owners.get(netuid) ?? 0),
      ownerHotkey: ownerId(ownerHotkey),
    })
  }
  loadMoney(state, { ...file, total_stake_rao: 0 })
  const takes = new Map(file.delegate_takes_u16)
  for (const [hotkey, owner] of file.hotkey_owners) {
    const takeU16 = takes.get(hotkey) ?? null
    state.set(hotkeys, [idOf(hotkey)], { owner: idOf(owner), takeU16, takeChangedAtBlock: 0 })
  }
  for (const [coldkey, name] of file.identities) {
    state.set(identities, [idOf(coldkey)], { ...identities.blank(), name })
  }
  loadNeurons(state, file)
  loadLists(state, file)
  loadLinks(state, file)
  for (const [hotkey, netuid, bits] of file.root_claim_rates_i96f32_bits) {
    state.set(rootClaimRates, [idOf(hotkey), netuid], BigInt(bits))
  }
  for (const [netuid, hotkey, coldkey, alpha] of file.root_claimed_alpha) {
    state.set(rootClaimed, [netuid, idOf(hotkey), idOf(coldkey)], BigInt(alpha))
  }
  for (const [coldkey, block] of file.last_tx_blocks) state.set(hotkeySwaps, [idOf(coldkey)], block)
  for (const [netuid, coldkey, block] of file.last_swap_blocks) {
    state.set(subnetHotkeySwaps, [netuid, idOf(coldkey)], block)
  }
}

/** Uids of the files have gaps; here somebody has each, whom no file knows. */
const FIRST_STRANGER = 10_000

function loadNeurons(state: LedgerState, file: KeySwapState): void {
  for (const [netuid, uid, hotkey] of file.uids) {
    const before = state.required(neurons, netuid).hotkey
    const list = Array.from({ length: uid }, (_, at) => before[at] ?? idOf(FIRST_STRANGER + at))
    const registeredAtBlock = new Float64Array(uid + 1)
    state.set(neurons, [netuid], { hotkey: [...list, idOf(hotkey)], registeredAtBlock })
    for (const [at, id] of list.entries()) state.set(uids, [netuid, id], at)
    state.set(uids, [netuid, idOf(hotkey)], uid)
  }
  for (const [netuid, hotkey, count] of file.hash_commits) {
    const commits = {
      hash: Array.from({ length: count }, (_, at) => `${at}`.padStart(64, '0')),
      epochIndex: new Float64Array(count),
      block: new Float64Array(count),
    }
    state.set(hashCommits, [netuid, MAIN_MECHANISM, idOf(hotkey)], commits)
  }
  for (const [netuid, hotkey, block] of file.axon_blocks) {
    const uid = state.required(uids, netuid, idOf(hotkey))
    state.set(axons, [netuid, uid], {
      ...{ ip: '1.2.3.4', ipType: 4, port: 1, version: 0, block },
      ...{ protocol: 0, placeholder1: 0, placeholder2: 0 },
    })
  }
}

function loadLists(state: LedgerState, file: KeySwapState): void {
  for (const [coldkey, list] of file.staking_hotkeys) {
    for (const [place, hotkey] of list.entries()) {
      state.set(stakingHotkeys, [idOf(coldkey), place], idOf(hotkey))
    }
    state.set(stakers, [idOf(coldkey)], { ...stakers.blank(), hotkeys: list.length })
  }
  for (const [place, coldkey] of file.auto_claim_index.entries())
    state.set(autoClaims, [place], idOf(coldkey))
  state.setChain({ autoClaims: file.auto_claim_index.length })
  for (const [coldkey, netuid, hotkey] of file.auto_stake) {
    state.set(autoStakes, [netuid, idOf(coldkey)], idOf(hotkey))
  }
}

function loadLinks(state: LedgerState, file: KeySwapState): void {
  const linksOf = (links: readonly FileLink[]): LinksRecord => ({
    hotkey: links.map(([, hotkey]) => idOf(hotkey)),
    proportionU64: BigUint64Array.from(links, ([proportion]) => BigInt(proportion)),
  })
  for (const [netuid, hotkey, links] of file.children) {
    state.set(children, [netuid, idOf(hotkey)], linksOf(links))
  }
  for (const [netuid, hotkey, links] of file.parents) {
    for (const [proportion, parent] of links) {
      const link = { hotkey: idOf(parent), proportionU64: BigInt(proportion) }
      setParent(state, netuid, idOf(hotkey), link)
    }
  }
  for (const [netuid, hotkey, links, afterBlock] of file.pending_children) {
    state.set(pendingChildren, [netuid, idOf(hotkey)], { ...linksOf(links), afterBlock })
  }
  for (const [hotkey, netuid, takeU16] of file.childkey_takes_u16) {
    state.set(childkeys, [netuid, idOf(hotkey)], { ...childkeys.blank(), takeU16 })
  }
}

/** The state as the files have it. */
export function keySwapState(state: LedgerState): Partial<KeySwapState> {
  const netuids = [ROOT, ...state.netuids()]
  const owned = state.range(hotkeysByOwner)
  return {
    balances_rao: balancesOf(state) as KeySwapState['balances_rao'],
    total_issuance_rao: fileInteger(state.chain.totalIssuanceRao),
    hotkey_owners: state.range(hotkeys).map(([[hotkey], { owner }]) => [numberOf(hotkey), numberOf(owner)]),
    owned_hotkeys: grouped(owned.map(([[coldkey, hotkey]]) => [numberOf(coldkey), numberOf(hotkey)])),
    staking_hotkeys: state.range(stakers).flatMap(([[coldkey]]): [number, number[]][] => {
      const list = state.range(stakingHotkeys, coldkey).map(([, hotkey]) => numberOf(hotkey))
      return list.length === 0 ? [] : [[numberOf(coldkey), list]]
    }),
    delegate_takes_u16: state
      .range(hotkeys)
      .flatMap(([[hotkey], { takeU16 }]): [number, number][] =>
        takeU16 === null ? [] : [[numberOf(hotkey), takeU16]],
      ),
    uids: netuids.flatMap((netuid) =>
      state
        .hotkeys(netuid)
        .map((hotkey, uid): [number, number, number] => [netuid, uid, numberOf(hotkey)])
        .filter(([, , hotkey]) => hotkey < FIRST_STRANGER),
    ),
    positions: positionsOf(state).sort(([a, b, m], [c, d, n]) => a - c || m - n || b - d),
    hotkey_totals: totalsOf(state),
    root_claim_rates_i96f32_bits: state
      .range(rootClaimRates)
      .map(([[hotkey, netuid], bits]) => [numberOf(hotkey), netuid, fileInteger(bits)]),
    root_claimed_alpha: state
      .range(rootClaimed)
      .map(([[netuid, hotkey, coldkey], alpha]) => [
        netuid,
        numberOf(hotkey),
        numberOf(coldkey),
        fileInteger(alpha),
      ]),
    axon_blocks: sorted(
      state
        .range(axons)
        .map(([[netuid, uid], { block }]) => [netuid, numberOf(state.hotkeys(netuid)[uid]!), block] as const),
    ),
    hash_commits: state
      .range(hashCommits)
      .map(([[netuid, , hotkey], { hash }]) => [netuid, numberOf(hotkey), hash.length]),
    subnet_owner_hotkeys: netuids.map((netuid) => [netuid, ownerNumber(state.subnet(netuid).ownerHotkey)]),
    subnet_owner_coldkeys: netuids.map((netuid) => [netuid, ownerNumber(state.subnet(netuid).owner)]),
    auto_stake: sorted(
      state
        .range(autoStakes)
        .map(([[netuid, coldkey], hotkey]) => [numberOf(coldkey), netuid, numberOf(hotkey)] as const),
    ),
    children: state
      .range(children)
      .map(([[netuid, hotkey], links]) => [netuid, numberOf(hotkey), fileLinks(links)]),
    parents: state.range(parentLists).map(([[netuid, hotkey]]) => {
      const list = parentsOf(state, netuid, hotkey)
      return [
        netuid,
        numberOf(hotkey),
        list.map((each) => [fileInteger(each.proportionU64), numberOf(each.hotkey)]),
      ]
    }),
    pending_children: state
      .range(pendingChildren)
      .map(([[netuid, hotkey], links]) => [netuid, numberOf(hotkey), fileLinks(links), links.afterBlock]),
    childkey_takes_u16: sorted(
      state
        .range(childkeys)
        .flatMap(([[netuid, hotkey], { takeU16 }]) =>
          takeU16 === null ? [] : [[numberOf(hotkey), netuid, takeU16] as const],
        ),
    ),
    auto_claim_index: state.range(autoClaims).map(([, coldkey]) => numberOf(coldkey)),
    identities: state.range(identities).map(([[coldkey], { name }]) => [numberOf(coldkey), name]),
    announcements: state
      .range(coldkeySwaps)
      .map(([[coldkey], { readyAtBlock, newColdkeyHash }]) => [
        numberOf(coldkey),
        readyAtBlock,
        Number.parseInt(newColdkeyHash.slice(0, 8), 16),
      ]),
    disputes: state
      .range(coldkeySwaps)
      .flatMap(([[coldkey], { disputedAtBlock }]): [number, number][] =>
        disputedAtBlock === null ? [] : [[numberOf(coldkey), disputedAtBlock]],
      ),
    last_tx_blocks: state.range(hotkeySwaps).map(([[coldkey], block]) => [numberOf(coldkey), block]),
    last_swap_blocks: state
      .range(subnetHotkeySwaps)
      .map(([[netuid, coldkey], block]) => [netuid, numberOf(coldkey), block]),
  }
}

/** What a file has to say where the ledger keeps it: no rule reads in which order a coldkey came by its hotkeys, so they are kept ascending. */
export function expectedKeySwapState(file: KeySwapState): Partial<KeySwapState> {
  const { announcements, ...rest } = file
  return {
    ...rest,
    // The file names the account, the ledger its hash.
    announcements: announcements.map(([coldkey, block, account]) => [
      coldkey,
      block,
      Number.parseInt(coldkeyHash(coldkeyOf(account)).slice(0, 8), 16),
    ]),
    owned_hotkeys: file.owned_hotkeys.map(([coldkey, list]) => [coldkey, list.toSorted((a, b) => a - b)]),
  }
}

const fileLinks = ({ hotkey, proportionU64 }: LinksRecord): FileLink[] =>
  hotkey.map((key, at) => [fileInteger(proportionU64[at] ?? 0n), numberOf(key)])

function grouped(pairs: readonly (readonly [number, number])[]): [number, number[]][] {
  const lists = new Map<number, number[]>()
  for (const [key, value] of pairs) lists.set(key, [...(lists.get(key) ?? []), value])
  return [...lists]
}

/** Ascending by their numbers from the left. */
function sorted<T extends readonly number[]>(rows: T[]): T[] {
  return rows.sort((a, b) => {
    const at = a.findIndex((value, part) => value !== b[part])
    return at === -1 ? 0 : a[at]! - b[at]!
  })
}
