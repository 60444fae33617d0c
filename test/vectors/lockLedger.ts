import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { changeOwner } from '../../src/ledger/block/changeOwner.js'
import type { Fields, SurfaceArgs } from '../../src/ledger/calls/argumentList.js'
import type { CallDefinition } from '../../src/ledger/calls/defineCall.js'
import { lockStake } from '../../src/ledger/calls/lockStake.js'
import { moveLock } from '../../src/ledger/calls/moveLock.js'
import { setPerpetualLock } from '../../src/ledger/calls/setPerpetualLock.js'
import { setRejectLockedAlpha } from '../../src/ledger/calls/setRejectLockedAlpha.js'
import type { EventKinds } from '../../src/ledger/events.js'
import type { RefusalName } from '../../src/ledger/index.js'
import { transferLock } from '../../src/ledger/money/changeLocks.js'
import { coldkeyAlpha, touchLock } from '../../src/ledger/money/locks.js'
import { movePosition } from '../../src/ledger/money/positions.js'
import { creditStake, type Position } from '../../src/ledger/money/stake.js'
import type { Lock } from '../../src/ledger/rules/locks/Lock.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import { hotkeyLocks, locks, ownerLocks, perpetualLocks } from '../../src/ledger/state/tables.js'
import { U64_MAX } from '../../src/units/index.js'
import { bareSubnet } from '../support/bareSubnet.js'
import { hotkeyOf, idOf, numberOf } from './fileState.js'
import type { LockInput, Operation } from './lockAggregates.js'

const NETUID = 1

/** A coldkey of the file has its stake on a hotkey of its own, so that what it has is exact. */
const positionOf = (coldkey: number): Position => ({
  netuid: NETUID,
  hotkey: idOf(100_000 + coldkey),
  coldkey: idOf(coldkey),
})

/** The file's subnet in a ledger's state, and the file's operations done by what a block and its calls do. */
export class LockLedger {
  readonly #state: LedgerState
  readonly #coldkeys: readonly number[]
  #context: BlockContext

  constructor({ block, ...initial }: LockInput['initial']) {
    const context = bareSubnet({
      block,
      owner: idOf(initial.owner_coldkey),
      ownerHotkey: idOf(initial.owner_hotkey),
      registeredAtBlock: initial.registered_at_block,
      alphaOut: BigInt(initial.alpha_out),
      hotkeyOwners: initial.hotkey_owners.map(([hotkey, coldkey]) => [idOf(hotkey), idOf(coldkey)] as const),
      config: {
        unlockRateBlocks: initial.unlock_rate_blocks,
        maturityRateBlocks: initial.maturity_rate_blocks,
      },
    })
    const { state } = context
    this.#context = context
    this.#state = state
    this.#coldkeys = initial.totals_alpha.map(([coldkey]) => coldkey)
    for (const [coldkey, alpha] of initial.totals_alpha)
      creditStake(state, positionOf(coldkey), BigInt(alpha))
    for (const coldkey of initial.accepts_locked_alpha) {
      this.#call(setRejectLockedAlpha, coldkey, { enabled: false })
    }
  }

  apply(operation: Operation): string | null {
    switch (operation.op) {
      case 'advance':
        this.#context = { ...this.#context, block: this.#context.block + operation.blocks }
        return null
      case 'stake_touch':
        touchLock(this.#context, NETUID, idOf(operation.coldkey))
        return null
      case 'set_perpetual_lock':
        return this.#call(setPerpetualLock, operation.coldkey, { netuid: NETUID, enabled: operation.enabled })
      case 'lock_stake':
        return this.#call(lockStake, operation.coldkey, {
          netuid: NETUID,
          hotkey: hotkeyOf(operation.hotkey),
          amountAlpha: BigInt(operation.amount_alpha),
        })
      case 'move_lock':
        return this.#call(moveLock, operation.coldkey, {
          netuid: NETUID,
          hotkey: hotkeyOf(operation.destination_hotkey),
        })
      case 'transfer_stake':
        return this.#transfer(
          positionOf(operation.coldkey),
          positionOf(operation.destination_coldkey),
          BigInt(operation.amount_alpha),
        )
      case 'ownership_check':
        changeOwner(this.#context, NETUID)
        return null
    }
  }

  state(): object {
    const state = this.#state
    const rowOf = ({ massAlpha, convictionBits, lastBlock }: Lock) => [massAlpha, convictionBits, lastBlock]
    const modes = ['perpetual', 'decaying'] as const
    const sums = state.range(hotkeyLocks, NETUID)
    const owners = state.getOrBlank(ownerLocks, NETUID)
    const { owner, ownerHotkey } = state.subnet(NETUID)
    return {
      block: this.#context.block,
      locks: state
        .range(locks, NETUID)
        .map(([[, coldkey], lock]) => [numberOf(coldkey), numberOf(lock.hotkey), ...rowOf(lock)]),
      perpetual_coldkeys: state.range(perpetualLocks).map(([[coldkey]]) => numberOf(coldkey)),
      hotkey_aggregates: modes.flatMap((mode) =>
        sums.flatMap(([[, hotkey], { [mode]: sum }]) =>
          sum === null ? [] : [[mode, numberOf(hotkey), ...rowOf(sum)]],
        ),
      ),
      owner_aggregates: modes.flatMap((mode) => {
        const sum = owners[mode]
        return sum === null ? [] : [[mode, ...rowOf(sum)]]
      }),
      owner_hotkey: numberOf(ownerHotkey),
      owner_coldkey: numberOf(owner),
      totals_alpha: this.#coldkeys.map((coldkey) => [
        coldkey,
        coldkeyAlpha(state, NETUID, idOf(coldkey), U64_MAX, []),
      ]),
    }
  }

  #call<F extends Fields, E extends EventKinds, R extends RefusalName>(
    call: CallDefinition<F, E, R>,
    coldkey: number,
    args: SurfaceArgs<F>,
  ): string | null {
    const run = call.read(call.encodeArgs(args))
    if (run === undefined) throw new TypeError('The file has an argument that no call takes.')
    return run(this.#context as never, idOf(coldkey))?.error ?? null
  }

  #transfer(from: Position, to: Position, amountAlpha: bigint): string | null {
    const move = { from: from.coldkey, to: to.coldkey, amountAlpha }
    const refused = transferLock(this.#context, NETUID, move)
    if (refused === null) movePosition(this.#context, from, to, amountAlpha)
    return refused?.error ?? null
  }
}
