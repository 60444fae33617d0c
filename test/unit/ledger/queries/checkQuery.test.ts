import { describe, expect, it } from 'vitest'
import { InvalidArgumentError } from '../../../../src/errors/index.js'
import { checkQuery } from '../../../../src/ledger/index.js'
import { keyOf } from '../harness.js'

const alice = keyOf('alice').address

describe('checkQuery', () => {
  it.each<[name: unknown, args: unknown]>([
    ['balance', {}],
    ['recentBlock', { hash: 'AB'.repeat(32) }],
    ['__proto__', {}],
    [7, {}],
    ['totals', null],
    ['totals', { netuid: 1 }],
    ['subnet', {}],
    ['subnet', { netuid: 1.5 }],
    ['subnet', { netuid: 65_536 }],
    ['account', { address: 'alice' }],
    ['uid', { netuid: 1, hotkey: 5 }],
    ['ownedHotkeys', { coldkey: alice, limit: 0 }],
    ['ownedHotkeys', { coldkey: alice, limit: 1_001 }],
    ['ownedHotkeys', { coldkey: alice, from: null }],
    ['positions', { coldkey: alice, from: { netuid: 1 } }],
    ['nominators', { netuid: 1, hotkey: alice, from: { netuid: 1 } }],
    ['delegates', { from: alice }],
    ['children', { netuid: 1 }],
    ['parents', { netuid: 1, hotkey: alice, from: 7 }],
    ['parents', { netuid: 1, hotkey: alice, limit: 0 }],
  ])('refuses %s with %o', (name, args) => {
    expect(() => checkQuery(name, args)).toThrow(InvalidArgumentError)
  })

  it('accepts what the queries take', () => {
    checkQuery('totals', {})
    checkQuery('stake', { netuid: 0, hotkey: alice, coldkey: alice })
    checkQuery('positions', { coldkey: alice })
    checkQuery('positions', { coldkey: alice, from: { netuid: 1, hotkey: alice }, limit: 1_000 })
  })
})
