import { describe, expect, it } from 'vitest'
import { type ChainConfig, isRefusal, type SignedCall } from '../../../../src/ledger/index.js'
import { Harness } from '../harness.js'

/** Every order of a list. */
function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]]
  return list.flatMap((item, at) => ordersOf(list.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

/** Good calls of three signers, in no order. */
function proposed(config: Partial<ChainConfig> = {}): { h: Harness; calls: SignedCall[] } {
  const h = new Harness({ config, endowedTao: { alice: 10, bob: 10, carol: 10 } })
  const to = h.key('dave').address
  const calls = ['bob', 'alice', 'carol', 'alice'].map((name, at) =>
    h.sign(name, 'transfer', { to, amountRao: 1_000n + BigInt(at) }),
  )
  return { h, calls }
}

const isAccepted = (h: Harness, calls: readonly SignedCall[]): boolean =>
  h.ledger.processProposal(calls).accepted

describe('calls by signer and nonce', () => {
  it('have one order, and proposals of every other are refused', () => {
    const { h, calls } = proposed()
    const orders = ordersOf(calls)
    const accepted = orders.filter((order) => isAccepted(h, order))
    expect([orders.length, accepted.length]).toEqual([24, 1])
    expect(orders.every((order) => sameList(h.ledger.prepareProposal(order), accepted[0] ?? []))).toBe(true)
    // Whatever the order in which they come, they make one block.
    const hashes = orders.map((order) => h.ledger.finalizeBlock(order).header.hash)
    expect(new Set(hashes).size).toBe(1)
  })

  it('follow those of test origin, which keep the order in which they are given', () => {
    const { h, calls } = proposed({ testOriginAllowed: true })
    const [one, two] = [1n, 2n].map((balanceRao) =>
      h.ledger.testCall({
        signer: h.key('alice').address,
        name: 'overrideBalance',
        args: { account: h.key('erin').address, balanceRao: balanceRao * 1_000n },
      }),
    ) as [SignedCall, SignedCall]
    const sorted = h.ledger.prepareProposal(calls)
    expect(h.ledger.prepareProposal([...calls, one, two])).toEqual([one, two, ...sorted])
    expect(isAccepted(h, [two, one, ...sorted])).toBe(true)
    expect(isAccepted(h, [one, ...sorted, two])).toBe(false)
    h.ledger.finalizeBlock([...calls, two, one])
    h.ledger.commit()
    expect(h.balance('erin')).toBe(1_000n)
  })
})

describe('calls in the order given', () => {
  it('run so, and a proposal may have any order in which nonces ascend', () => {
    const { h, calls } = proposed({ callOrder: 'given' })
    const orders = ordersOf(calls)
    // Of two calls of alice, the second in the list has the later nonce.
    const isGood = (order: readonly SignedCall[]): boolean =>
      order.indexOf(calls[1] as SignedCall) < order.indexOf(calls[3] as SignedCall)
    const good = orders.filter(isGood)
    expect(orders.filter((order) => isAccepted(h, order))).toEqual(good)
    expect(good.every((order) => sameList(h.ledger.prepareProposal(order), order))).toBe(true)
    const blocks = good.map((order) => {
      const { header, receipts, dropped } = h.ledger.finalizeBlock(order)
      expect([receipts.map(({ callHash }) => callHash), dropped]).toEqual([order.map(hashIn(h)), []])
      return header.hash
    })
    expect(new Set(blocks).size).toBe(12)
  })

  it('drop one whose nonce comes too early', () => {
    const { h, calls } = proposed({ callOrder: 'given' })
    const [, first, , second] = calls as [SignedCall, SignedCall, SignedCall, SignedCall]
    const { receipts, dropped } = h.ledger.finalizeBlock([second, first])
    expect(receipts.map(({ nonce }) => nonce)).toEqual([0])
    expect(dropped).toMatchObject([{ position: 0, refusal: { error: 'NonceGap' } }])
  })
})

const hashIn =
  (h: Harness) =>
  (call: SignedCall): string => {
    const opened = call instanceof Uint8Array ? h.ledger.open(call) : call
    return isRefusal(opened) ? opened.error : opened.callHash
  }

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, at) => item === b[at])
}
