import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { claimForDrawn } from '../../src/ledger/block/claimForDrawn.js'
import { indexRootStakers } from '../../src/ledger/block/indexRootStakers.js'
import { movePosition } from '../../src/ledger/money/positions.js'
import { payRootDividend } from '../../src/ledger/money/rootClaims.js'
import { hotkeyAlpha, positionValue } from '../../src/ledger/money/stake.js'
import { associateHotkey } from '../../src/ledger/neurons/hotkeys.js'
import { ROOT, subnetAccount } from '../../src/ledger/state/account.js'
import { autoClaimPlaces, autoClaims, hyperparameters, reserves } from '../../src/ledger/state/tables.js'
import type { LedgerEvent } from '../../src/ledger/types.js'
import { type CallContext, callContextAt, errorOf } from '../vectors/callContext.js'
import { addBareSubnet } from '../vectors/contextAt.js'
import { hotkeyOf, idOf } from '../vectors/fileState.js'

const TAO = 10n ** 9n
const NETUIDS = [1, 2]
const HOTKEYS = [101, 102]
const COLDKEYS = [1, 2, 3, 4]

const hotkey = fc.constantFrom(...HOTKEYS)
const coldkey = fc.constantFrom(...COLDKEYS)
const netuid = fc.constantFrom(...NETUIDS)
/** Often all of it. */
const permille = fc.oneof(fc.constant(1_000n), fc.bigInt(0n, 1_000n))
const step = fc.oneof(
  fc.record({ op: fc.constant('stake' as const), hotkey, coldkey, rao: fc.bigInt(1_000_000n, 50n * TAO) }),
  fc.record({ op: fc.constant('unstake' as const), coldkey, permille }),
  fc.record({
    op: fc.constant('move' as const),
    hotkey,
    coldkey,
    to: fc.tuple(hotkey, coldkey),
    permille,
  }),
  fc.record({ op: fc.constant('dividend' as const), hotkey, netuid, alpha: fc.bigInt(0n, 40n * TAO) }),
  fc.record({ op: fc.constant('claim' as const), coldkey, netuids: fc.subarray([...NETUIDS, 9]) }),
  fc.record({
    op: fc.constant('type' as const),
    coldkey,
    rootClaim: fc.constantFrom('Swap' as const, 'Keep' as const, 'KeepSubnets' as const),
    keptNetuids: fc.subarray(NETUIDS),
  }),
  fc.record({ op: fc.constant('block' as const), seed: fc.bigInt(0n, 2n ** 256n - 1n) }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

class World {
  readonly context: CallContext
  /** Alpha by hotkey and netuid. */
  readonly #paidIn = new Map<string, bigint>()
  readonly #claimed = new Map<string, bigint>()
  /** How often stake on root came or went, by hotkey. */
  readonly #changes = new Map<number, bigint>()
  #seen = 0
  /** Coldkeys in the list before the last step. */
  #listed: readonly number[] = []

  constructor() {
    this.context = callContextAt(1, { rootClaimsPerBlock: 3 })
    const { state } = this.context
    for (const netuid of NETUIDS) {
      addBareSubnet(this.context, netuid)
      state.set(hyperparameters, [netuid], { ...state.hyperparameters(netuid), rootClaimThresholdAlpha: 0n })
      const reserve = 5_000n * TAO
      state.setRow(reserves, netuid, {
        accountRao: reserve,
        subnetTaoRao: reserve,
        alphaIn: reserve,
        alphaOut: reserve,
        quoteWeightE18: 5n * 10n ** 17n,
      })
    }
    state.setChain({ totalStakeRao: 10_000n * TAO })
    for (const key of HOTKEYS) associateHotkey(this.context, idOf(1), idOf(key))
    for (const coldkey of COLDKEYS) state.setBalanceRao(idOf(coldkey), 2_000n * TAO)
  }

  apply(step: Step): void {
    const { context } = this
    const { state } = context
    switch (step.op) {
      case 'stake': {
        const args = { netuid: ROOT, hotkey: hotkeyOf(step.hotkey), amountRao: step.rao }
        if (errorOf(context, step.coldkey, 'addStake', args) === null) this.#change(step.hotkey)
        return
      }
      case 'unstake':
        for (const hotkey of HOTKEYS) {
          const amountAlpha = (this.#rootStake({ ...step, hotkey }) * step.permille) / 1_000n
          const args = { netuid: ROOT, hotkey: hotkeyOf(hotkey), amountAlpha }
          if (errorOf(context, step.coldkey, 'removeStake', args) === null) this.#change(hotkey)
        }
        return
      case 'move': {
        const from = { netuid: ROOT, hotkey: idOf(step.hotkey), coldkey: idOf(step.coldkey) }
        const to = { netuid: ROOT, hotkey: idOf(step.to[0]), coldkey: idOf(step.to[1]) }
        movePosition(context, from, to, (this.#rootStake(step) * step.permille) / 1_000n)
        this.#change(step.hotkey)
        this.#change(step.to[0])
        return
      }
      case 'dividend':
        if (payRootDividend(state, step.netuid, idOf(step.hotkey), step.alpha))
          add(this.#paidIn, placeOf(hotkeyOf(step.hotkey), step.netuid), step.alpha)
        return
      case 'claim':
        errorOf(context, step.coldkey, 'claimRoot', { netuids: step.netuids })
        return
      case 'type':
        errorOf(context, step.coldkey, 'setRootClaimType', step)
        return
      case 'block':
        claimForDrawn({ ...context, parentHash: step.seed.toString(16).padStart(64, '0') })
        indexRootStakers(context)
    }
  }

  check(): void {
    const { state, events } = this.context
    for (const event of events.slice(this.#seen)) this.#note(event)
    this.#seen = events.length
    for (const [place, claimed] of this.#claimed) {
      const hotkey = HOTKEYS.find((key) => place.startsWith(hotkeyOf(key)))!
      expect(claimed).toBeLessThanOrEqual((this.#paidIn.get(place) ?? 0n) + (this.#changes.get(hotkey) ?? 0n))
    }
    const list = state.range(autoClaims)
    expect(list.map(([[place]]) => place)).toEqual(list.map((_, at) => at))
    expect(list.length).toBe(state.chain.autoClaims)
    expect(new Set(list.map(([, entry]) => entry)).size).toBe(list.length)
    expect(state.range(autoClaimPlaces).length).toBe(list.length)
    const listed = COLDKEYS.filter((coldkey) => list.some(([, entry]) => entry === idOf(coldkey)))
    for (const coldkey of this.#listed.filter((before) => !listed.includes(before))) {
      expect(HOTKEYS.map((hotkey) => this.#rootStake({ hotkey, coldkey }))).toEqual([0n, 0n])
    }
    this.#listed = listed
    // Root's money is what is staked there, and no TAO comes or goes.
    const staked = HOTKEYS.reduce((sum, key) => sum + hotkeyAlpha(state, ROOT, idOf(key)), 0n)
    const { accountRao, subnetTaoRao, alphaOut } = state.row(reserves, ROOT)
    expect([accountRao, subnetTaoRao, alphaOut]).toEqual([staked, staked, staked])
    const people = COLDKEYS.reduce((sum, coldkey) => sum + state.balanceRao(idOf(coldkey)), 0n)
    const pools = NETUIDS.reduce((sum, netuid) => sum + state.balanceRao(subnetAccount(netuid)), 0n)
    expect(people + pools + accountRao).toBe(18_000n * TAO)
  }

  #note({ name, netuid, data }: LedgerEvent): void {
    if (name !== 'RootClaimed') return
    add(this.#claimed, placeOf(data.hotkey, netuid), data.amountAlpha)
    if (data.stakedRao !== null) this.#change(HOTKEYS.find((key) => hotkeyOf(key) === data.hotkey)!)
  }

  #change(hotkey: number): void {
    add(this.#changes, hotkey, 1n)
  }

  #rootStake({ hotkey, coldkey }: { hotkey: number; coldkey: number }): bigint {
    return positionValue(this.context.state, { netuid: ROOT, hotkey: idOf(hotkey), coldkey: idOf(coldkey) })
  }
}

const placeOf = (hotkey: string, netuid: number | null) => `${hotkey} ${netuid}`

function add<K>(to: Map<K, bigint>, key: K, amount: bigint): void {
  to.set(key, (to.get(key) ?? 0n) + amount)
}

describe('root dividends', () => {
  // Whenever stake on root comes or goes, what counts as claimed is floored: by less than 1 to the staker's good.
  it('pay no more than came in, but for 1 alpha per change of root stake, and the list has neither holes nor doubles', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
        const world = new World()
        for (const step of steps) {
          world.apply(step)
          world.check()
        }
      }),
      { numRuns: 100 },
    )
  })
})
