import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../../src/chain/index.js'
import { runEpoch } from '../../../../src/consensus/index.js'
import { EmissionScheduler } from '../../../../src/emission/index.js'
import { type BlockContext, refuse } from '../../../../src/ledger/BlockContext.js'
import { fromGenesis } from '../../../../src/ledger/beginning.js'
import { SubnetRulesCache } from '../../../../src/ledger/block/subnetRules.js'
import { defineCall } from '../../../../src/ledger/calls/defineCall.js'
import { accountField, raoField } from '../../../../src/ledger/calls/fields.js'
import { eventField, holds } from '../../../../src/ledger/events.js'
import { moveTao } from '../../../../src/ledger/money/balances.js'
import { accountOf } from '../../../../src/ledger/state/account.js'
import { timelocksOf } from '../../../../src/ledger/timelocks/BlockTimelocks.js'
import { keyOf } from '../harness.js'

/** A call that the ledger does not have, as its own file would define it. */
const tip = defineCall({
  does: 'Gives a little to somebody.',
  signedBy: 'any account',
  fields: { to: accountField, amountRao: raoField },
  events: { Tipped: { to: holds.address, amountRao: holds.rao, mood: eventField<'glad' | 'sad'>('mood') } },
  refuses: ['AmountTooLow', 'FundsUnavailable'],
  apply(context, signer, { to, amountRao }) {
    const { state } = context
    if (amountRao < 5n) {
      return refuse('AmountTooLow', { because: 'belowLeast', offeredRao: amountRao, leastRao: 5n })
    }
    const balanceRao = state.balanceRao(signer)
    if (amountRao > balanceRao) return refuse('FundsUnavailable', { balanceRao, amountRao })
    moveTao(context, signer, to, amountRao)
    context.emit('Tipped', null, { to: state.addressOf(to), amountRao, mood: 'glad' })
    return null
  },
})

const alice = keyOf('alice').address
const bob = keyOf('bob').address

function world() {
  const { config } = localnetPreset()
  const { state } = fromGenesis({ config, endowments: [{ address: alice, balanceRao: 1_000n }] })
  const events: unknown[][] = []
  const context: BlockContext<(typeof tip)['events']> = {
    state,
    config,
    block: 1,
    author: null,
    isGuarded: true,
    parentHash: '',
    runEpoch,
    scheduler: new EmissionScheduler(),
    rules: new SubnetRulesCache(),
    kernel: null,
    timelocks: timelocksOf({ pulses: [], texts: [] }),
    emit: (...event) => events.push(event),
  }
  /** Through the signed form, as a block gets it. */
  const run = (amountRao: bigint) =>
    tip.read(tip.encodeArgs({ to: bob, amountRao }))?.(context, accountOf(alice))
  return { state, events, run }
}

describe('a call', () => {
  it('needs nothing but its definition to be read and run', () => {
    const { state, events, run } = world()
    expect(run(600n)).toBeNull()
    expect([state.balanceRao(accountOf(alice)), state.balanceRao(accountOf(bob))]).toEqual([400n, 600n])
    expect(events).toEqual([['Tipped', null, { to: bob, amountRao: 600n, mood: 'glad' }]])
  })

  it('says by which of its names it is refused', () => {
    const { events, run } = world()
    expect(run(4n)?.error).toBe('AmountTooLow')
    expect(run(1_001n)?.error).toBe('FundsUnavailable')
    expect(events).toEqual([])
  })

  it('is not read from what is no list of its arguments', () => {
    const [to = null, amountRao = null] = tip.encodeArgs({ to: bob, amountRao: 7n }) as null[]
    for (const args of [null, [], [to], [to, amountRao, 1], [amountRao, to], [to, -1n], [to, 7]]) {
      expect(tip.read(args)).toBeUndefined()
    }
  })
})
