import { expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { hexOf } from '../../../../src/crypto/index.js'
import { Ledger } from '../../../../src/ledger/index.js'
import { laterBlock } from '../../../../src/ledger/rules/laterBlock.js'
import { Harness } from '../harness.js'

const LAST = Number.MAX_SAFE_INTEGER

it('ends where block numbers end', () => {
  expect(laterBlock(5, 7)).toBe(12)
  expect(laterBlock(1, LAST)).toBe(LAST)
})

it('lets a chain whose waits are the longest be taken up again', () => {
  const h = new Harness({
    config: { testOriginAllowed: true, pendingChildkeyCooldownBlocks: LAST, adminFreezeWindowBlocks: LAST },
    hyperparameters: { commitRevealEnabled: false },
  })
  h.startSubnet()
  const owner = h.key('alice').address
  const hotkey = h.hotkey('alice-hot')
  const children = [{ hotkey: h.hotkey('z'), proportionU64: 3n }]
  const { receipts } = h.ledger.finalizeBlock([
    h.ledger.testCall({
      signer: owner,
      name: 'overrideHyperparameter',
      args: { netuid: 1, name: 'tempoBlocks', value: 0 },
    }),
    h.ledger.testCall({ signer: owner, name: 'triggerEpoch', args: { netuid: 1 } }),
    h.ledger.testCall({ signer: owner, name: 'setChildren', args: { netuid: 1, hotkey, children } }),
  ])
  h.ledger.commit()
  expect(receipts.map(({ refusal }) => refusal)).toEqual([null, null, null])
  expect(h.ledger.query('children', { netuid: 1, hotkey }).pending).toEqual({ children, afterBlock: LAST })
  expect(receipts[1]?.events).toMatchObject([{ name: 'EpochTriggered', data: { atBlock: LAST } }])
  const snapshot = h.ledger.snapshot()
  expect(hexOf(Ledger.restore(snapshot, { runEpoch }).snapshot())).toBe(hexOf(snapshot))
})
