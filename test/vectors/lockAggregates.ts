import { type AggregateStep, steppedAggregate } from '../../src/ledger/rules/locks/aggregate.js'
import {
  type HeldLock,
  movedLock,
  raisedLock,
  switchedLock,
  touchedLock,
} from '../../src/ledger/rules/locks/changedLock.js'
import type { Lock, LockClock, LockKind } from '../../src/ledger/rules/locks/Lock.js'
import {
  type Aggregates,
  handOver,
  ownerByConviction,
} from '../../src/ledger/rules/locks/ownerByConviction.js'
import { transferLocked } from '../../src/ledger/rules/locks/transferLocked.js'
import type { FileInteger } from './economicsFile.js'

export interface LockInput {
  readonly initial: {
    readonly block: number
    readonly unlock_rate_blocks: number
    readonly maturity_rate_blocks: number
    readonly owner_hotkey: number
    readonly owner_coldkey: number
    readonly hotkey_owners: readonly [hotkey: number, coldkey: number][]
    readonly registered_at_block: number
    readonly alpha_out: FileInteger
    readonly totals_alpha: readonly [coldkey: number, alpha: FileInteger][]
    readonly accepts_locked_alpha: readonly number[]
  }
  readonly operations: readonly Operation[]
}

export type Operation =
  | { readonly op: 'advance'; readonly blocks: number }
  | { readonly op: 'stake_touch'; readonly coldkey: number }
  | { readonly op: 'ownership_check' }
  | { readonly op: 'set_perpetual_lock'; readonly coldkey: number; readonly enabled: boolean }
  | {
      readonly op: 'lock_stake'
      readonly coldkey: number
      readonly hotkey: number
      readonly amount_alpha: FileInteger
    }
  | { readonly op: 'move_lock'; readonly coldkey: number; readonly destination_hotkey: number }
  | {
      readonly op: 'transfer_stake'
      readonly coldkey: number
      readonly destination_coldkey: number
      readonly amount_alpha: FileInteger
    }

const byKey = ([a]: readonly [number, ...unknown[]], [b]: readonly [number, ...unknown[]]): number => a - b

/** The records of one subnet's locks, in memory, and the operations of the file on them. */
export class LockBook {
  readonly #initial: LockInput['initial']
  readonly #coldkeyOf: ReadonlyMap<number, number>
  readonly #totals: Map<number, bigint>
  readonly #locks = new Map<number, { readonly hotkey: number; readonly lock: Lock }>()
  readonly #perpetualColdkeys = new Set<number>()
  readonly #aggregates = new Map<string, Lock>()
  #block: number
  #ownerHotkey: number
  #ownerColdkey: number

  constructor(initial: LockInput['initial']) {
    this.#initial = initial
    this.#block = initial.block
    this.#ownerHotkey = initial.owner_hotkey
    this.#ownerColdkey = initial.owner_coldkey
    this.#coldkeyOf = new Map(initial.hotkey_owners)
    this.#totals = new Map(initial.totals_alpha.map(([coldkey, alpha]) => [coldkey, BigInt(alpha)]))
  }

  apply(operation: Operation): string | null {
    switch (operation.op) {
      case 'advance':
        this.#block += operation.blocks
        return null
      case 'stake_touch': {
        const held = this.#held(operation.coldkey)
        return held === null
          ? null
          : this.#take(operation.coldkey, held.hotkey, touchedLock(held, this.#clock))
      }
      case 'set_perpetual_lock':
        return this.#setPerpetual(operation.coldkey, operation.enabled)
      case 'lock_stake':
        return this.#lockStake(operation.coldkey, operation.hotkey, BigInt(operation.amount_alpha))
      case 'move_lock':
        return this.#moveLock(operation.coldkey, operation.destination_hotkey)
      case 'transfer_stake':
        return this.#transfer(
          operation.coldkey,
          operation.destination_coldkey,
          BigInt(operation.amount_alpha),
        )
      case 'ownership_check':
        this.#checkOwnership()
        return null
    }
  }

  state(): object {
    const rowOf = ({ massAlpha, convictionBits, lastBlock }: Lock) => [massAlpha, convictionBits, lastBlock]
    const kept = (mode: string, hotkey: number | 'owner') => this.#aggregates.get(`${mode} ${hotkey}`)
    const hotkeys = [...this.#hotkeys()]
    const modes = ['perpetual', 'decaying']
    return {
      block: this.#block,
      locks: [...this.#locks]
        .sort(byKey)
        .map(([coldkey, { hotkey, lock }]) => [coldkey, hotkey, ...rowOf(lock)]),
      perpetual_coldkeys: [...this.#perpetualColdkeys].sort((a, b) => a - b),
      hotkey_aggregates: modes.flatMap((mode) =>
        hotkeys.flatMap((hotkey) => {
          const lock = kept(mode, hotkey)
          return lock === undefined ? [] : [[mode, hotkey, ...rowOf(lock)]]
        }),
      ),
      owner_aggregates: modes.flatMap((mode) => {
        const lock = kept(mode, 'owner')
        return lock === undefined ? [] : [[mode, ...rowOf(lock)]]
      }),
      owner_hotkey: this.#ownerHotkey,
      owner_coldkey: this.#ownerColdkey,
      totals_alpha: [...this.#totals].sort(byKey),
    }
  }

  get #clock(): LockClock {
    const { unlock_rate_blocks, maturity_rate_blocks } = this.#initial
    return {
      block: this.#block,
      unlockRateBlocks: unlock_rate_blocks,
      maturityRateBlocks: maturity_rate_blocks,
    }
  }

  #kind(coldkey: number, hotkey: number): LockKind {
    return { isOwners: hotkey === this.#ownerHotkey, isPerpetual: this.#perpetualColdkeys.has(coldkey) }
  }

  #held(coldkey: number): HeldLock<number> | null {
    const held = this.#locks.get(coldkey)
    return held === undefined ? null : { ...held, kind: this.#kind(coldkey, held.hotkey) }
  }

  #setLock(coldkey: number, hotkey: number, lock: Lock | null): void {
    if (lock === null) this.#locks.delete(coldkey)
    else this.#locks.set(coldkey, { hotkey, lock })
  }

  #step(steps: readonly AggregateStep<number>[]): void {
    for (const step of steps) {
      const { hotkey, kind } = step.place
      const mode = kind.isPerpetual ? 'perpetual' : 'decaying'
      this.#setAggregate(
        `${mode} ${kind.isOwners ? 'owner' : hotkey}`,
        steppedAggregate(this.#aggregateAt(`${mode} ${kind.isOwners ? 'owner' : hotkey}`), step, this.#clock),
      )
    }
  }

  #aggregateAt(place: string): Lock | null {
    return this.#aggregates.get(place) ?? null
  }

  #setAggregate(place: string, lock: Lock | null): void {
    if (lock === null) this.#aggregates.delete(place)
    else this.#aggregates.set(place, lock)
  }

  #take(
    coldkey: number,
    hotkey: number,
    change:
      | { readonly ok: true; readonly lock: Lock | null; readonly steps: readonly AggregateStep<number>[] }
      | { readonly ok: false; readonly error: string },
  ): string | null {
    if (!change.ok) return change.error
    this.#setLock(coldkey, hotkey, change.lock)
    this.#step(change.steps)
    return null
  }

  #setPerpetual(coldkey: number, enabled: boolean): null {
    const held = this.#held(coldkey)
    if (held !== null) this.#take(coldkey, held.hotkey, switchedLock(held, enabled, this.#clock))
    if (enabled) this.#perpetualColdkeys.add(coldkey)
    else this.#perpetualColdkeys.delete(coldkey)
    return null
  }

  #lockStake(coldkey: number, hotkey: number, amountAlpha: bigint): string | null {
    const target = {
      hotkey,
      hotkeyExists: this.#coldkeyOf.has(hotkey),
      kind: this.#kind(coldkey, hotkey),
      amountAlpha,
      totalAlpha: this.#totals.get(coldkey)!,
    }
    return this.#take(coldkey, hotkey, raisedLock(this.#held(coldkey), target, this.#clock))
  }

  #moveLock(coldkey: number, hotkey: number): string | null {
    const held = this.#held(coldkey)
    const target = {
      hotkey,
      hotkeyExists: this.#coldkeyOf.has(hotkey),
      isOwners: hotkey === this.#ownerHotkey,
      hasSameOwner: held !== null && this.#coldkeyOf.get(held.hotkey) === this.#coldkeyOf.get(hotkey),
    }
    return this.#take(coldkey, hotkey, movedLock(held, target, this.#clock))
  }

  #transfer(from: number, to: number, amountAlpha: bigint): string | null {
    const sender = this.#held(from)
    if (sender !== null) {
      const transfer = {
        amountAlpha,
        totalAlpha: this.#totals.get(from)!,
        receiverAcceptsLocked: this.#initial.accepts_locked_alpha.includes(to),
        receiverIsPerpetual: this.#perpetualColdkeys.has(to),
      }
      const change = transferLocked(sender, this.#held(to), transfer, this.#clock)
      if (!change.ok) return change.error
      this.#setLock(from, sender.hotkey, change.sender)
      this.#setLock(to, change.receiver.hotkey, change.receiver.lock)
      this.#step(change.steps)
    }
    this.#totals.set(from, this.#totals.get(from)! - amountAlpha)
    this.#totals.set(to, this.#totals.get(to)! + amountAlpha)
    return null
  }

  #hotkeys(): Set<number> {
    const places = [...this.#aggregates.keys()].map((place) => place.split(' ')[1]!)
    return new Set(
      places
        .filter((hotkey) => hotkey !== 'owner')
        .map(Number)
        .sort((a, b) => a - b),
    )
  }

  #aggregatesOf(hotkey: number | 'owner'): Aggregates {
    return {
      perpetual: this.#aggregateAt(`perpetual ${hotkey}`),
      decaying: this.#aggregateAt(`decaying ${hotkey}`),
    }
  }

  #setAggregates(hotkey: number | 'owner', { perpetual, decaying }: Aggregates): void {
    this.#setAggregate(`perpetual ${hotkey}`, perpetual)
    this.#setAggregate(`decaying ${hotkey}`, decaying)
  }

  #checkOwnership(): void {
    const facts = {
      alphaOut: BigInt(this.#initial.alpha_out),
      registeredAtBlock: this.#initial.registered_at_block,
      ownerHotkey: this.#ownerHotkey,
      ownerColdkey: this.#ownerColdkey,
      ownerAggregates: this.#aggregatesOf('owner'),
      hotkeyAggregates: [...this.#hotkeys()].map((hotkey) => [hotkey, this.#aggregatesOf(hotkey)] as const),
      coldkeyOf: (hotkey: number) => this.#coldkeyOf.get(hotkey) ?? null,
    }
    const next = ownerByConviction(facts, this.#clock)
    if (next === null) return
    const before = {
      owner: this.#aggregatesOf('owner'),
      oldHotkey: this.#aggregatesOf(this.#ownerHotkey),
      newHotkey: this.#aggregatesOf(next.hotkey),
    }
    const after = handOver(before, this.#clock)
    this.#setAggregates(next.hotkey, { perpetual: null, decaying: null })
    this.#setAggregates(this.#ownerHotkey, after.oldHotkey)
    this.#setAggregates('owner', after.owner)
    this.#ownerHotkey = next.hotkey
    this.#ownerColdkey = next.coldkey
  }
}
