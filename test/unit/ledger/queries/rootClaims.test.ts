import { describe, expect, it } from 'vitest'
import { addToPosition } from '../../../../src/ledger/money/positions.js'
import { payRootDividend } from '../../../../src/ledger/money/rootClaims.js'
import { associateHotkey } from '../../../../src/ledger/neurons/hotkeys.js'
import { answerTo, type Queries } from '../../../../src/ledger/queries/queryTable.js'
import { ROOT } from '../../../../src/ledger/state/account.js'
import { asColdkey } from '../../../../src/units/index.js'
import { callContextAt, errorOf } from '../../../vectors/callContext.js'
import { addBareSubnet } from '../../../vectors/contextAt.js'
import { coldkeyOf, hotkeyOf, idOf } from '../../../vectors/fileState.js'

const [OWNER, STAKER] = [1, 2]
const coldkey = asColdkey(coldkeyOf(STAKER))

/** Staker 2 has stake on root with hotkeys 12, 13 and 11, in this order; 12 and 11 have rates on all subnets, 13 on none. */
function world() {
  const context = callContextAt(1)
  const { state } = context
  for (const netuid of [1, 2, 3]) addBareSubnet(context, netuid)
  for (const hotkey of [11, 12, 13, 14]) associateHotkey(context, idOf(OWNER), idOf(hotkey))
  for (const hotkey of [12, 13, 11]) {
    addToPosition(context, { netuid: ROOT, hotkey: idOf(hotkey), coldkey: idOf(STAKER) }, 2n ** 20n)
  }
  for (const hotkey of [11, 12, 14]) {
    for (const netuid of [1, 2, 3])
      payRootDividend(state, netuid, idOf(hotkey), hotkey === 14 ? 0n : 499_998n + BigInt(netuid))
  }
  const ask = <N extends 'rootClaims' | 'rootClaimType'>(name: N, args: Queries[N]['args']) =>
    answerTo({ ...context, recent: undefined as never }, name, args)
  return { context, ask }
}

describe('rootClaims', () => {
  it('are what a claim would pay, in its order, and what is too little for one', () => {
    const { ask } = world()
    const { entries, next } = ask('rootClaims', { coldkey })
    expect(next).toBe(null)
    expect(entries.map(({ hotkey, netuid, isClaimable }) => [hotkey, netuid, isClaimable])).toEqual(
      [12, 11].flatMap((hotkey) => [1, 2, 3].map((netuid) => [hotkeyOf(hotkey), netuid, netuid > 1])),
    )
    expect(entries.map(({ owedAlpha }) => owedAlpha)).toEqual(
      [1, 2, 3, 1, 2, 3].map((n) => 499_998n + BigInt(n)),
    )
  })

  it('come in pages that join without a gap', () => {
    const { ask } = world()
    const all = ask('rootClaims', { coldkey }).entries
    for (const limit of [1, 2, 3, 4, 5, 6]) {
      const joined = []
      let from: { from?: { netuid: number; hotkey: ReturnType<typeof hotkeyOf> } } = {}
      for (;;) {
        const page = ask('rootClaims', { coldkey, limit, ...from })
        expect(page.entries.length).toBeLessThanOrEqual(limit)
        joined.push(...page.entries)
        if (page.next === null) break
        from = { from: page.next }
      }
      expect(joined).toEqual(all)
    }
  })

  it('are none for a stranger, nor from a hotkey that was never staked to', () => {
    const { ask } = world()
    expect(ask('rootClaims', { coldkey: asColdkey(coldkeyOf(9)) })).toEqual({ entries: [], next: null })
    expect(ask('rootClaims', { coldkey, from: { netuid: 0, hotkey: hotkeyOf(14) } }).entries).toEqual([])
  })
})

describe('rootClaimType', () => {
  it('is Swap until it is set, and says whether claims come by themselves', () => {
    const { context, ask } = world()
    const stranger = asColdkey(coldkeyOf(9))
    const swap = { rootClaim: 'Swap', keptNetuids: [] }
    expect(ask('rootClaimType', { coldkey: stranger })).toEqual({ ...swap, isAutomatic: false })
    expect(ask('rootClaimType', { coldkey })).toEqual({ ...swap, isAutomatic: true })
    errorOf(context, 9, 'setRootClaimType', { rootClaim: 'KeepSubnets', keptNetuids: [7, 2] })
    expect(ask('rootClaimType', { coldkey: stranger })).toEqual({
      rootClaim: 'KeepSubnets',
      keptNetuids: [2, 7],
      isAutomatic: true,
    })
  })
})
