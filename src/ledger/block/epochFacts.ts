import { type ChildLink, type HotkeyRow, inheritedStakes } from '../../emission/index.js'
import type { Netuid } from '../../units/index.js'
import { leastChildkeyTakeU16 } from '../children/childkeyTake.js'
import { parentsOf } from '../children/parents.js'
import type { ChainConfig } from '../config.js'
import { type AccountId, NOBODY, ROOT } from '../state/account.js'
import type { LedgerState, SubnetMembers } from '../state/LedgerState.js'
import { autoStakes, childkeys, children, hotkeys, type StakeRecord, stakes } from '../state/tables.js'

/** A hotkey that an epoch pays, or whose stake counts for one that it pays. */
export interface PaidRow extends HotkeyRow<AccountId> {
  /** `null` for a parent, or a child, without one here. */
  readonly uid: number | null
  readonly hasUid: boolean
}

/** What consensus, payout and queries read of a subnet's neurons: by uid, gathered once. */
export interface EpochFacts extends SubnetMembers {
  readonly netuid: Netuid
  readonly n: number
  /** The records of stake on the neurons' hotkeys, where there is any, in the order of `byHotkey`. */
  readonly pools: readonly (StakeRecord | undefined)[]
  /** In ascending order of the hotkeys' bytes: neurons, their parents and their children. */
  readonly rows: readonly PaidRow[]
  /** Loans of stake between rows. */
  readonly links: readonly ChildLink[]
  /** Alpha staked to the hotkey itself, by uid. */
  readonly ownAlpha: BigUint64Array
  /** TAO staked to the hotkey on root. */
  readonly rootRao: BigUint64Array
  /** With what parents lend and without what children have. */
  readonly inheritedAlpha: BigUint64Array
  readonly inheritedRootRao: BigUint64Array
  /** Where owners of neurons want their miners' pay staked. */
  readonly autoStake: ReadonlyMap<AccountId, AccountId>
}

/** PERF: a step per neuron, a second one where anybody stakes on root, two look-ups more where the subnet has children, and one per loan. */
export function epochFacts(state: LedgerState, config: ChainConfig, netuid: Netuid): EpochFacts {
  const members = state.members(netuid, config.defaultTakeU16)
  const { byHotkey } = members
  const n = byHotkey.length
  const pools = state.getEach(stakes, members.stakeKeys)
  const ownAlpha = new BigUint64Array(n)
  const rootRao = new BigUint64Array(n)
  for (let row = 0; row < n; row++) ownAlpha[byHotkey[row] ?? 0] = pools[row]?.totalAlpha ?? 0n
  if (state.hasAny(stakes, ROOT)) {
    const onRoot = state.getEach(stakes, members.rootStakeKeys())
    for (let row = 0; row < n; row++) rootRao[byHotkey[row] ?? 0] = onRoot[row]?.totalAlpha ?? 0n
  }
  const facts = {
    ...members,
    netuid,
    n,
    pools,
    ownAlpha,
    rootRao,
    autoStake: autoStakeOf(state, netuid, members),
  }
  const neurons = neuronRows(facts)
  if (!state.hasAny(children, netuid)) {
    return { ...facts, rows: neurons, links: [], inheritedAlpha: ownAlpha, inheritedRootRao: rootRao }
  }
  const { rows, links } = withRelatives(state, config, netuid, neurons)
  const inherited = inheritedStakes(rows, links, config.taoWeightU64)
  const inheritedAlpha = new BigUint64Array(n)
  const inheritedRootRao = new BigUint64Array(n)
  for (const [at, { uid }] of rows.entries()) {
    if (uid === null) continue
    inheritedAlpha[uid] = inherited[at]?.alpha ?? 0n
    inheritedRootRao[uid] = inherited[at]?.rootRao ?? 0n
  }
  return { ...facts, rows, links, inheritedAlpha, inheritedRootRao }
}

function neuronRows({
  byHotkey,
  hotkey,
  coldkey,
  takeU16,
  ownAlpha,
  rootRao,
}: SubnetMembers & Pick<EpochFacts, 'ownAlpha' | 'rootRao'>): PaidRow[] {
  return byHotkey.map((uid) => ({
    uid,
    hotkey: hotkey[uid] as AccountId,
    owner: coldkey[uid] as AccountId,
    takeU16: takeU16[uid] ?? 0,
    childkeyTakeU16: 0,
    alpha: ownAlpha[uid] ?? 0n,
    rootRao: rootRao[uid] ?? 0n,
    hasUid: true,
  }))
}

/** The neurons with all that lend to them or are lent to, and who lends to whom. */
function withRelatives(
  state: LedgerState,
  config: ChainConfig,
  netuid: Netuid,
  neurons: readonly PaidRow[],
): Pick<EpochFacts, 'rows' | 'links'> {
  const known = new Map(neurons.map((row) => [row.hotkey, row]))
  const loans: (readonly [parent: AccountId, child: AccountId, proportionU64: bigint])[] = []
  const loan = (parent: AccountId, child: AccountId, proportionU64: bigint): void => {
    loans.push([parent, child, proportionU64])
    for (const hotkey of [parent, child]) {
      if (!known.has(hotkey)) known.set(hotkey, relativeRow(state, config, netuid, hotkey))
    }
  }
  for (const { hotkey } of neurons) {
    for (const parent of parentsOf(state, netuid, hotkey)) loan(parent.hotkey, hotkey, parent.proportionU64)
    const below = state.get(children, netuid, hotkey)
    below?.hotkey.forEach((child, at) => {
      // A loan between two neurons is found from its other side.
      if (state.uidOf(netuid, child) === undefined) loan(hotkey, child, below.proportionU64[at] ?? 0n)
    })
  }
  const rows = [...known.values()].sort((a, b) => (a.hotkey < b.hotkey ? -1 : 1))
  const place = new Map(rows.map(({ hotkey }, at) => [hotkey, at]))
  const leastTakeU16 = leastChildkeyTakeU16(state, config, netuid)
  return {
    rows: rows.map((row) => ({
      ...row,
      childkeyTakeU16: Math.max(leastTakeU16, state.get(childkeys, netuid, row.hotkey)?.takeU16 ?? 0),
    })),
    links: loans.map(([parent, child, proportionU64]) => ({
      parent: place.get(parent) ?? 0,
      child: place.get(child) ?? 0,
      proportionU64,
    })),
  }
}

function relativeRow(state: LedgerState, config: ChainConfig, netuid: Netuid, hotkey: AccountId): PaidRow {
  const record = state.get(hotkeys, hotkey)
  return {
    uid: null,
    hotkey,
    owner: record?.owner ?? NOBODY,
    takeU16: record?.takeU16 ?? config.defaultTakeU16,
    childkeyTakeU16: 0,
    alpha: state.get(stakes, netuid, hotkey)?.totalAlpha ?? 0n,
    rootRao: state.get(stakes, ROOT, hotkey)?.totalAlpha ?? 0n,
    hasUid: false,
  }
}

function autoStakeOf(
  state: LedgerState,
  netuid: Netuid,
  { coldkey }: SubnetMembers,
): Map<AccountId, AccountId> {
  const wanted = new Map<AccountId, AccountId>()
  if (!state.hasAny(autoStakes, netuid)) return wanted
  for (const owner of new Set(coldkey)) {
    const hotkey = state.get(autoStakes, netuid, owner)
    if (hotkey !== undefined) wanted.set(owner, hotkey)
  }
  return wanted
}
