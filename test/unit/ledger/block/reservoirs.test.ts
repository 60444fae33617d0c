import { describe, expect, it } from 'vitest'
import { emitBlock } from '../../../../src/ledger/block/emitBlock.js'
import { brokenReserves } from '../../../../src/ledger/invariants/brokenMoney.js'
import { rootProportionOf } from '../../../../src/ledger/money/rootProportion.js'
import { injections, prices, reserves, reservoirs } from '../../../../src/ledger/state/tables.js'
import { dissolveSubnet } from '../../../../src/ledger/subnets/dissolveSubnet.js'
import { addBareSubnet, contextAt } from '../../../vectors/contextAt.js'

const HALF = 5n * 10n ** 17n
/** All of a block's TAO goes to subnet 1. */
const BLOCK_RAO = 10n ** 9n

interface Start {
  readonly keeps: boolean
  readonly taoRao: bigint
  readonly alphaIn: bigint
  readonly quoteWeightE18?: bigint
  /** TAO on root, which counts in full: root's proportion is its part of it and the subnet's alpha. */
  readonly rootTaoRao: bigint
}

/** A chain of one emitting subnet, before a block. */
function started({ keeps, taoRao, alphaIn, quoteWeightE18 = HALF, rootTaoRao }: Start) {
  const context = contextAt(100, { reservoirKeepsInjections: keeps, taoWeightU64: 2n ** 64n - 1n })
  addBareSubnet(context, 1)
  const { state } = context
  state.setSubnet(1, { firstEmissionBlock: 1 })
  state.setRow(reserves, 0, { subnetTaoRao: rootTaoRao })
  state.setRow(reserves, 1, { accountRao: taoRao, subnetTaoRao: taoRao, alphaIn, quoteWeightE18 })
  state.setRow(prices, 1, { movingPriceQ32: 2n ** 32n })
  return context
}

function emitted(start: Start) {
  const context = started(start)
  emitBlock(context)
  const { state } = context
  return {
    context,
    has: state.row(reserves, 1),
    last: state.row(injections, 1),
    waiting: state.get(reservoirs, 1),
  }
}

/** A pool of a hundredth of a TAO at a price of 1: buying for half a TAO makes alpha 2,600 times as dear, so alpha at the old price is too much for it. */
const SMALL = { taoRao: 10_000_000n, alphaIn: 10_000_000n, rootTaoRao: 10_000_000n }

describe('the switch of injections', () => {
  it('buys by the weights that are there, where otherwise the injection moves them first', () => {
    const start = {
      taoRao: 10n ** 12n,
      alphaIn: 10n ** 12n,
      quoteWeightE18: 75n * 10n ** 16n,
      rootTaoRao: 10n ** 15n,
    }
    const { has, last } = emitted({ ...start, keeps: true })
    // x (1 - (y / (y + dy))^3), with the power floored to 18 decimals and its quotient to 64 bits.
    const y = start.taoRao
    const powerE18 = (10n ** 18n * y ** 3n) / (y + last.excessRao) ** 3n
    const kept = (powerE18 << 64n) / 10n ** 18n
    expect(last.excessRao).toBeGreaterThan(600_000_000n)
    expect(has.protocolAlpha).toBe((start.alphaIn * (2n ** 64n - kept)) >> 64n)
    const otherwise = emitted({ ...start, keeps: false })
    expect(otherwise.last.excessRao).toBe(last.excessRao)
    expect(otherwise.has.protocolAlpha).not.toBe(has.protocolAlpha)
    expect(otherwise.has.accountRao).toBe(has.accountRao)
  })

  it('keeps what would unbalance the pool, which is issued, and gives it when it fits', () => {
    const { context, has, last, waiting } = emitted({ ...SMALL, keeps: true })
    const { state } = context
    // Half of the TAO buys, and the other half goes in without the alpha of the same worth.
    expect(last.excessRao).toBeGreaterThan(499_999_000n)
    expect(last.taoInRao + last.excessRao).toBe(BLOCK_RAO)
    expect(last.alphaIn).toBe(0n)
    expect(waiting).toMatchObject({ taoRao: 0n })
    expect(waiting?.alpha).toBe(last.taoInRao)
    expect(has.accountRao).toBe(SMALL.taoRao + BLOCK_RAO)
    expect(has.subnetTaoRao).toBe(has.accountRao)
    expect(state.chain.totalIssuanceRao).toBe(BLOCK_RAO)
    expect(brokenReserves(state, 1)).toEqual([])
    // The pool has grown to where it can take the alpha.
    state.setRow(reserves, 1, { subnetTaoRao: 10n ** 12n, alphaIn: 10n ** 12n, quoteWeightE18: HALF })
    const before = state.required(reserves).alphaIn[1] ?? 0n
    emitBlock(context)
    const next = state.row(injections, 1)
    expect(next.alphaIn).toBeGreaterThan(waiting?.alpha ?? 0n)
    expect(state.row(reserves, 1).alphaIn + state.row(reserves, 1).protocolAlpha).toBe(
      before + has.protocolAlpha + next.alphaIn,
    )
    expect(state.get(reservoirs, 1)).toBe(undefined)
  })

  it('otherwise moves the weights before it buys, and has no reservoir', () => {
    const { has, last, waiting } = emitted({ ...SMALL, keeps: false })
    expect(last.alphaIn).toBe(last.taoInRao)
    expect(has.accountRao).toBe(SMALL.taoRao + BLOCK_RAO)
    expect(waiting).toBe(undefined)
  })

  it('does not issue what buys nothing, which otherwise lies beside the pool', () => {
    // Less than a thousandth of an alpha is not for sale, and with nothing on root nothing goes in.
    const start = { taoRao: 10_000_000n, alphaIn: 999_999n, rootTaoRao: 0n }
    const returned = emitted({ ...start, keeps: true })
    expect(returned.has.accountRao).toBe(start.taoRao)
    expect(returned.context.state.chain.totalIssuanceRao).toBe(0n)
    const beside = emitted({ ...start, keeps: false })
    expect(beside.has.accountRao).toBe(start.taoRao + BLOCK_RAO)
    expect(beside.context.state.chain.totalIssuanceRao).toBe(BLOCK_RAO)
  })

  it('counts what waits as issued, and lets it join the pot of a subnet that ends', () => {
    const context = started({ keeps: true, ...SMALL })
    const { state, config } = context
    const half = rootProportionOf(state, config, 1)
    state.set(reservoirs, [1], { taoRao: 600n, alpha: 2n * SMALL.alphaIn })
    expect(rootProportionOf(state, config, 1)).toBe(half / 2n)
    // The account does not hold what waits.
    expect(brokenReserves(state, 1)).toEqual([
      'the account of subnet 1 holds 10000000 rao, its pool 10000000, its reservoir 600, and 0 were lost',
    ])
    state.setRow(reserves, 1, { accountRao: SMALL.taoRao + 600n })
    expect(brokenReserves(state, 1)).toEqual([])
    const pots: unknown[] = []
    dissolveSubnet({ ...context, emit: (name, _netuid, data) => pots.push([name, data]) }, 1)
    expect(pots).toEqual([
      ['NetworkRemoved', { potRao: SMALL.taoRao + 600n, refundedRao: 0n, recycledRao: SMALL.taoRao + 100n }],
    ])
    expect(state.get(reservoirs, 1)).toBe(undefined)
  })
})
