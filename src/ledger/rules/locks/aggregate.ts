import { U64_MAX } from '../../../units/index.js'
import { emptyLock, type Lock, type LockAmount, type LockClock, type LockKind } from './Lock.js'
import { rollLock } from './rollLock.js'

/**
 * Where a sum of locks is kept: perpetual and decaying ones apart, those to the owner's hotkey once per subnet, the
 * others by hotkey.
 */
export interface AggregatePlace<K> {
  /** Of no account when the locks are to the owner's hotkey. */
  readonly hotkey: K
  readonly kind: LockKind
}

/**
 * What happens to an aggregate when a lock changes:
 * - `lose`: what the lock lost by rolling is taken off, and the present block noted, without a roll of its own;
 * - `roll`: it is rolled by itself;
 * - `take`: it is rolled, then the amount is taken off;
 * - `add`: it is rolled, the amount is added, and it is rolled again.
 */
export interface AggregateStep<K> {
  readonly place: AggregatePlace<K>
  readonly does: 'lose' | 'roll' | 'take' | 'add'
  readonly amount: LockAmount
}

/**
 * An aggregate after one step. Steps are done in order, each on what the one before left: two may be for one place.
 *
 * @param aggregate - `null` where there is none.
 * @returns `null` when nothing is left, and no record is kept.
 * @source subtensor `pallets/subtensor/src/staking/lock.rs`, `ConvictionModel`
 */
export function steppedAggregate<K>(
  aggregate: Lock | null,
  { place: { kind }, does, amount }: AggregateStep<K>,
  clock: LockClock,
): Lock | null {
  const held = aggregate ?? emptyLock(clock.block)
  if (does === 'lose') return somethingOf({ ...less(held, amount), lastBlock: clock.block })
  const rolled = rollLock(held, clock, kind)
  if (does === 'roll') return somethingOf(rolled)
  if (does === 'take') return somethingOf({ ...less(rolled, amount), lastBlock: rolled.lastBlock })
  return somethingOf(rollLock({ ...more(rolled, amount), lastBlock: rolled.lastBlock }, clock, kind))
}

/** An aggregate that holds nothing is not kept; a little is, which is not so of locks. */
export function somethingOf(aggregate: Lock): Lock | null {
  return aggregate.massAlpha === 0n && aggregate.convictionBits === 0n ? null : aggregate
}

/** A sum of two amounts, saturating. */
export function more(a: LockAmount, b: LockAmount): LockAmount {
  return {
    massAlpha: atMost(a.massAlpha + b.massAlpha, U64_MAX),
    convictionBits: atMost(a.convictionBits + b.convictionBits, (1n << 128n) - 1n),
  }
}

/** What is left of an amount, down to nothing. */
export function less(a: LockAmount, b: LockAmount): LockAmount {
  return {
    massAlpha: atLeastZero(a.massAlpha - b.massAlpha),
    convictionBits: atLeastZero(a.convictionBits - b.convictionBits),
  }
}

const atMost = (value: bigint, max: bigint): bigint => (value > max ? max : value)
const atLeastZero = (value: bigint): bigint => (value < 0n ? 0n : value)
