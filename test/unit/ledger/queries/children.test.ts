import { describe, expect, it } from 'vitest'
import { linkChildren } from '../../../../src/ledger/children/linkChildren.js'
import { answerTo, type Queries, type QueryName } from '../../../../src/ledger/queries/queryTable.js'
import {
  addHotkeys,
  addSubnet,
  type CallContext,
  callContextAt,
  errorOf,
} from '../../../vectors/callContext.js'
import { hotkeyOf, idOf } from '../../../vectors/fileState.js'

function ask<N extends QueryName>(context: CallContext, name: N, args: Queries[N]['args']) {
  return answerTo({ ...context, recent: undefined as never }, name, args)
}

describe('children', () => {
  it('says who has a hotkey’s stake, who waits for it, and what it keeps as a child', () => {
    const context = callContextAt(10, { pendingChildkeyCooldownBlocks: 4 })
    addSubnet(context, 1, { minChildkeyTakeU16: 600 })
    addHotkeys(context, [[1, 100]])
    const links = { hotkey: [idOf(9), idOf(3)], proportionU64: BigUint64Array.of(7n, 8n) }
    linkChildren(context.state, 1, idOf(1), links)
    const asked = [
      { hotkey: hotkeyOf(8), proportionU64: 1n },
      { hotkey: hotkeyOf(2), proportionU64: 2n },
    ]
    errorOf(context, 100, 'setChildren', { netuid: 1, hotkey: hotkeyOf(1), children: asked })
    expect(ask(context, 'children', { netuid: 1, hotkey: hotkeyOf(1) })).toEqual({
      children: [
        { hotkey: hotkeyOf(3), proportionU64: 8n },
        { hotkey: hotkeyOf(9), proportionU64: 7n },
      ],
      pending: { children: asked, afterBlock: 14 },
      childkeyTakeU16: 600,
    })
  })

  it('is empty for hotkeys and subnets that nobody knows', () => {
    const nothing = { children: [], pending: null, childkeyTakeU16: 0 }
    expect(ask(callContextAt(1), 'children', { netuid: 7, hotkey: hotkeyOf(1) })).toEqual(nothing)
    expect(ask(callContextAt(1), 'parents', { netuid: 7, hotkey: hotkeyOf(1) })).toEqual({
      entries: [],
      next: null,
    })
  })
})

describe('parents', () => {
  it('come by key, in pages that join without a gap', () => {
    const context = callContextAt(1)
    for (const parent of [5, 2, 4, 3, 6]) {
      const links = { hotkey: [idOf(1)], proportionU64: BigUint64Array.of(BigInt(parent)) }
      linkChildren(context.state, 1, idOf(parent), links)
    }
    const place = { netuid: 1, hotkey: hotkeyOf(1), limit: 2 }
    const pages = [ask(context, 'parents', place)]
    for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
      pages.push(ask(context, 'parents', { ...place, from: next }))
    }
    expect(pages.map(({ entries }) => entries.map(({ proportionU64 }) => proportionU64))).toEqual([
      [2n, 3n],
      [4n, 5n],
      [6n],
    ])
    expect(pages[0]?.entries[0]).toEqual({ hotkey: hotkeyOf(2), proportionU64: 2n })
  })
})
