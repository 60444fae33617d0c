import type { Alpha, BlockNumber } from '../../../units/index.js'
import { more, somethingOf } from './aggregate.js'
import { emptyLock, type Lock, type LockClock, type LockKind } from './Lock.js'
import { rollLock } from './rollLock.js'

/** The sums of locks to one hotkey; `null` where there are none. */
export interface Aggregates {
  readonly perpetual: Lock | null
  readonly decaying: Lock | null
}

/** What a change of owner depends on. */
export interface OwnershipFacts<K, C> {
  readonly alphaOut: Alpha
  readonly registeredAtBlock: BlockNumber
  readonly ownerHotkey: K
  readonly ownerColdkey: C
  /** Locks to the owner's hotkey, as the subnet keeps them. */
  readonly ownerAggregates: Aggregates
  /** Those by hotkey. */
  readonly hotkeyAggregates: Iterable<readonly [hotkey: K, aggregates: Aggregates]>
  /** Who owns a hotkey; `null` when nobody does. */
  readonly coldkeyOf: (hotkey: K) => C | null
}

/** A subnet changes hands when it is a year old at the least. */
const OWNERSHIP_AGE_BLOCKS = 2_629_800
/** Conviction must be a tenth of the alpha that is out. */
const CONVICTION_PART = 10n

/**
 * Who owns the subnet from now on by conviction: of all hotkeys the one with the most, of equals the highest account.
 *
 * @returns `null` when nothing changes: the subnet is too young, too little is locked for long enough, or the coldkey
 *   of that hotkey is unknown or is the owner already. The caller still has to find the hotkey a uid.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `change_subnet_owner_if_needed`
 * PERF: O(hotkeys that somebody locked to).
 */
export function ownerByConviction<K extends string | number, C>(
  facts: OwnershipFacts<K, C>,
  clock: LockClock,
): { readonly hotkey: K; readonly coldkey: C } | null {
  if (facts.alphaOut === 0n || clock.block < facts.registeredAtBlock + OWNERSHIP_AGE_BLOCKS) return null
  const scores = new Map<K, bigint>()
  const count = (hotkey: K, aggregates: Aggregates, isOwners: boolean): bigint => {
    const bits = convictionOf(aggregates, clock, isOwners)
    if (aggregates.perpetual !== null || aggregates.decaying !== null) {
      scores.set(hotkey, (scores.get(hotkey) ?? 0n) + bits)
    }
    return bits
  }
  let totalBits = count(facts.ownerHotkey, facts.ownerAggregates, true)
  for (const [hotkey, aggregates] of facts.hotkeyAggregates) totalBits += count(hotkey, aggregates, false)
  if (totalBits * CONVICTION_PART < facts.alphaOut << 64n) return null
  const hotkey = leaderOf(scores)
  const coldkey = hotkey === null ? null : facts.coldkeyOf(hotkey)
  return hotkey === null || coldkey === null || coldkey === facts.ownerColdkey ? null : { hotkey, coldkey }
}

/** The aggregates of a subnet that changes hands: those of the old owner's hotkey, and the owner's, which are the new one's. */
export interface HandedOver {
  readonly oldHotkey: Aggregates
  readonly owner: Aggregates
}

/**
 * What becomes of aggregates when a subnet changes hands: the owner's are the old hotkey's from now on, those of the
 * new hotkey become the owner's (their conviction is their mass then) and are no longer kept by hotkey.
 *
 * @param before - `newHotkey` is another than `oldHotkey`.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `change_subnet_owner_if_needed`
 */
export function handOver(
  before: { readonly owner: Aggregates; readonly oldHotkey: Aggregates; readonly newHotkey: Aggregates },
  clock: LockClock,
): HandedOver {
  const { owner, oldHotkey, newHotkey } = before
  return {
    oldHotkey: {
      perpetual: joined(oldHotkey.perpetual, owner.perpetual, clock, true),
      decaying: joined(oldHotkey.decaying, owner.decaying, clock, false),
    },
    owner: {
      perpetual: raised(newHotkey.perpetual, clock, true),
      decaying: raised(newHotkey.decaying, clock, false),
    },
  }
}

function joined(own: Lock | null, owners: Lock | null, clock: LockClock, isPerpetual: boolean): Lock | null {
  if (owners === null) return own
  const rolled = rollLock(owners, clock, { isOwners: true, isPerpetual })
  const held = own === null ? emptyLock(clock.block) : rollLock(own, clock, { isOwners: false, isPerpetual })
  return somethingOf({ ...more(held, rolled), lastBlock: clock.block })
}

function raised(own: Lock | null, clock: LockClock, isPerpetual: boolean): Lock | null {
  if (own === null) return null
  const rolled = rollLock(own, clock, { isOwners: false, isPerpetual })
  return somethingOf(rollLock({ ...rolled, lastBlock: clock.block }, clock, { isOwners: true, isPerpetual }))
}

function convictionOf({ perpetual, decaying }: Aggregates, clock: LockClock, isOwners: boolean): bigint {
  const rolled = (lock: Lock | null, kind: LockKind): bigint =>
    lock === null ? 0n : rollLock(lock, clock, kind).convictionBits
  return (
    rolled(perpetual, { isOwners, isPerpetual: true }) + rolled(decaying, { isOwners, isPerpetual: false })
  )
}

function leaderOf<K extends string | number>(scores: ReadonlyMap<K, bigint>): K | null {
  let leader: K | null = null
  let most = 0n
  for (const [hotkey, bits] of scores) {
    if (leader === null || bits > most || (bits === most && hotkey > leader)) {
      leader = hotkey
      most = bits
    }
  }
  return leader
}
