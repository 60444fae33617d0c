import { describe, expect, it } from 'vitest'
import type { OwnedAlphaPlace, Queries } from '../../../../src/ledger/index.js'
import { payRootDividend } from '../../../../src/ledger/money/rootClaims.js'
import { creditStake } from '../../../../src/ledger/money/stake.js'
import { answerTo } from '../../../../src/ledger/queries/queryTable.js'
import { ROOT } from '../../../../src/ledger/state/account.js'
import { reserves } from '../../../../src/ledger/state/tables.js'
import { callContextAt } from '../../../vectors/callContext.js'
import { addBareSubnet } from '../../../vectors/contextAt.js'
import { idOf } from '../../../vectors/fileState.js'
import { Harness } from '../harness.js'

describe('unownedAlpha', () => {
  it('is what rounding leaves of each block: 2 units of 10^9, where owner, servers and validators have the rest', () => {
    const h = new Harness()
    expect(h.ledger.query('unownedAlpha', { netuid: 1 })).toBeNull()
    h.startSubnet()
    h.blocks(3)
    // Nobody staked on root: all TAO is too much for the pool, and buys alpha that is the chain's.
    const { protocolAlpha } = h.subnet()
    expect(protocolAlpha).toBeGreaterThan(0n)
    expect(h.ledger.query('unownedAlpha', { netuid: 1 })).toEqual({
      alphaOut: 3_000_000_000n + protocolAlpha,
      stakedAlpha: 0n,
      pendingAlpha: 3n * (179_995_422n + 2n * 410_002_288n),
      claimableAlpha: 0n,
      protocolAlpha,
      unownedAlpha: 6n,
      next: null,
    })
  })

  it('comes in pages whose sums are those of the whole, each of them bounded', () => {
    const context = callContextAt(9)
    const { state } = context
    addBareSubnet(context, 1)
    state.setRow(reserves, 1, { alphaOut: 10_000n })
    for (const coldkey of [1, 2, 3]) {
      for (const hotkey of [11, 12]) {
        creditStake(state, { netuid: ROOT, hotkey: idOf(hotkey), coldkey: idOf(coldkey) }, 1_000n)
      }
    }
    // 11 earned and has no alpha, 12 both, 13 alpha alone.
    for (const hotkey of [11, 12]) expect(payRootDividend(state, 1, idOf(hotkey), 300n)).toBe(true)
    for (const hotkey of [12, 13]) {
      creditStake(state, { netuid: 1, hotkey: idOf(hotkey), coldkey: idOf(1) }, 500n)
    }
    const ask = (args: Partial<Queries['unownedAlpha']['args']>) => {
      const recent = undefined as never
      return answerTo({ ...context, recent }, 'unownedAlpha', { netuid: 1, ...args })!
    }
    const all = ask({})
    // Each has a third of 0.3 alpha per rao, which 32 bits of fraction round down.
    expect(all).toMatchObject({ stakedAlpha: 1_000n, claimableAlpha: 6n * 99n, unownedAlpha: 8_406n })
    for (const limit of [1, 2, 3, 8]) {
      let [staked, claimable, pages] = [0n, 0n, 0]
      let from: OwnedAlphaPlace | undefined
      do {
        const page = ask({ limit, ...(from && { from }) })
        staked += page.stakedAlpha
        claimable += page.claimableAlpha
        pages++
        expect(page.unownedAlpha).toBeNull()
        from = page.next ?? undefined
      } while (from !== undefined)
      // Three hotkeys, and three positions on root with each of two.
      expect([limit, staked, claimable, pages]).toEqual([
        limit,
        all.stakedAlpha,
        all.claimableAlpha,
        Math.ceil(9 / limit),
      ])
    }
  })
})
