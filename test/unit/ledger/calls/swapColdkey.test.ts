import { describe, expect, it } from 'vitest'
import { runEpoch } from '../../../../src/consensus/index.js'
import { coldkeyHash, Ledger } from '../../../../src/ledger/index.js'
import { hotkeySums } from '../../../../src/ledger/money/lockSums.js'
import { decodeSnapshot } from '../../../../src/ledger/snapshot.js'
import { accountOf } from '../../../../src/ledger/state/account.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { Harness } from '../harness.js'

const TAO = RAO_PER_TAO
const netuid = 1

/** Bob has stake on alice's subnet; a swap may be made two blocks after it was announced. */
function started(config = {}): Harness {
  const h = new Harness({
    endowedTao: { alice: 1_000_000, bob: 1_000, carol: 1_000, root: 10 },
    hyperparameters: { tempoBlocks: 1_000 },
    config: { coldkeySwapDelayBlocks: 2, coldkeySwapReannouncementDelayBlocks: 3, ...config },
  })
  h.startSubnet()
  h.call('bob', 'addStake', { netuid, hotkey: h.hotkey('alice-hot'), amountRao: 10n * TAO })
  return h
}

const announce = (h: Harness, to = 'bob-new') =>
  h.errorOf('bob', 'announceColdkeySwap', { newColdkeyHash: coldkeyHash(h.coldkey(to)) })
const swap = (h: Harness, to = 'bob-new') =>
  h.errorOf('bob', 'swapColdkeyAnnounced', { newColdkey: h.coldkey(to) })
const lockAll = { netuid, enabled: true }
const isSound = (h: Harness) => expect(h.ledger.query('invariants', {}).broken).toEqual([])

describe('a coldkey swap', () => {
  it('gives all to the coldkey whose hash was announced, with its locks', () => {
    const h = started()
    const hotkey = h.hotkey('alice-hot')
    h.call('bob', 'setPerpetualLock', lockAll)
    h.call('bob', 'lockStake', { netuid, hotkey, amountAlpha: TAO })
    const stakeOf = (name: string) =>
      h.ledger.query('stake', { netuid, hotkey, coldkey: h.coldkey(name) }).positionAlpha
    const alpha = stakeOf('bob')
    expect(announce(h)).toBe(null)
    expect(swap(h)).toBe('ColdkeySwapTooEarly')
    expect(swap(h, 'carol')).toBe('AnnouncedColdkeyHashDoesNotMatch')
    expect(swap(h)).toBe('AccountRejectsLockedAlpha')
    h.call('bob-new', 'setRejectLockedAlpha', { enabled: false })
    const [balance, costRao] = [h.balance('bob'), h.ledger.config.keySwapCostRao]
    expect(balance).toBe(990n * TAO - costRao)
    expect(swap(h)).toBe(null)
    expect([h.balance('bob'), h.balance('bob-new')]).toEqual([0n, balance])
    expect([stakeOf('bob'), stakeOf('bob-new')]).toEqual([0n, alpha])
    const [lock] = h.ledger.query('locks', { coldkey: h.coldkey('bob-new') }).entries
    expect(lock).toMatchObject({ netuid, hotkey, lockedAlpha: TAO, isPerpetual: true })
    expect(swap(h)).toBe('ColdkeySwapAnnouncementNotFound')
    isSound(h)
  })

  it('counts a decaying lock among the perpetual ones where the new coldkey wants it to stay', () => {
    const h = started({ coldkeySwapDelayBlocks: 0 })
    const hotkey = h.hotkey('alice-hot')
    for (const name of ['first', 'second']) h.call('bob', 'tryAssociateHotkey', { hotkey: h.hotkey(name) })
    h.call('carol', 'addStake', { netuid, hotkey, amountRao: 10n * TAO })
    h.call('carol', 'setPerpetualLock', lockAll)
    for (const name of ['carol', 'bob']) {
      h.call(name, 'lockStake', { netuid, hotkey: h.hotkey('first'), amountAlpha: TAO })
    }
    h.call('bob-new', 'setPerpetualLock', lockAll)
    h.call('bob-new', 'setRejectLockedAlpha', { enabled: false })
    announce(h)
    expect(swap(h)).toBe(null)
    const [lock] = h.ledger.query('locks', { coldkey: h.coldkey('bob-new') }).entries
    expect(lock).toMatchObject({ netuid, hotkey: h.hotkey('first'), isPerpetual: true })
    const sums = () => {
      const { state } = decodeSnapshot(h.ledger.snapshot())
      const { perpetual, decaying } = hotkeySums(state, netuid, accountOf(h.hotkey('first')))
      return [perpetual?.massAlpha, decaying]
    }
    const { lockedAlpha = 0n } = lock ?? {}
    expect(sums()).toEqual([TAO + lockedAlpha, null])
    expect(h.errorOf('bob-new', 'moveLock', { netuid, hotkey: h.hotkey('second') })).toBe(null)
    // What carol locked is all that is left, to the last unit.
    expect(sums()).toEqual([TAO, null])
    isSound(h)
    Ledger.restore(h.ledger.snapshot(), { runEpoch })
  })

  it('holds everything else up, in the pool as in the block, until it is over', () => {
    const h = started()
    const waiting = h.sign('bob', 'announceColdkeySwap', { newColdkeyHash: coldkeyHash(h.coldkey('carol')) })
    const late = h.sign('bob', 'setPerpetualLock', lockAll)
    expect(h.ledger.checkTx(late).accepted).toBe(true)
    const { receipts } = h.block(waiting, late)
    expect(receipts.map(({ refusal }) => refusal?.error)).toEqual([undefined, 'ColdkeySwapAnnounced'])
    const more = h.sign('bob', 'setPerpetualLock', lockAll)
    expect(h.ledger.checkTx(more)).toMatchObject({ refusal: { error: 'ColdkeySwapAnnounced' } })
    h.block(more)
    expect(announce(h)).toBe('ColdkeySwapReannouncedTooEarly')
    expect(h.errorOf('bob', 'clearColdkeySwapAnnouncement', {})).toBe('ColdkeySwapClearTooEarly')
    h.blocks(2)
    const balance = h.balance('bob')
    expect(announce(h, 'bob-new')).toBe(null)
    expect(h.balance('bob')).toBe(balance)
    h.blocks(4)
    expect(h.errorOf('bob', 'clearColdkeySwapAnnouncement', {})).toBe(null)
    expect(h.errorOf('bob', 'clearColdkeySwapAnnouncement', {})).toBe('ColdkeySwapAnnouncementNotFound')
    expect(h.errorOf('bob', 'setPerpetualLock', lockAll)).toBe(null)
  })

  it('freezes the account where it is disputed, until root ends it', () => {
    const h = started({ rootKey: new Harness().key('root').address })
    expect(h.errorOf('bob', 'disputeColdkeySwap', {})).toBe('ColdkeySwapAnnouncementNotFound')
    announce(h)
    expect(h.errorOf('bob', 'disputeColdkeySwap', {})).toBe(null)
    expect(swap(h)).toBe('ColdkeySwapDisputed')
    expect(h.errorOf('bob', 'disputeColdkeySwap', {})).toBe('ColdkeySwapDisputed')
    const coldkey = h.coldkey('bob')
    expect(h.errorOf('alice', 'resetColdkeySwap', { coldkey })).toBe('BadOrigin')
    expect(h.errorOf('root', 'resetColdkeySwap', { coldkey })).toBe(null)
    expect(h.errorOf('bob', 'setPerpetualLock', lockAll)).toBe(null)
    expect(swap(h)).toBe('ColdkeySwapAnnouncementNotFound')
  })

  it('is refused where the new coldkey staked before or is a hotkey, and costs TAO', () => {
    const h = started()
    announce(h, 'alice')
    h.blocks(2)
    expect(swap(h, 'alice')).toBe('ColdKeyAlreadyAssociated')
    h.blocks(3)
    announce(h, 'alice-hot')
    h.blocks(2)
    expect(swap(h, 'alice-hot')).toBe('NewColdKeyIsHotkey')
    const newColdkeyHash = coldkeyHash(h.coldkey('x'))
    expect(h.errorOf('poor', 'announceColdkeySwap', { newColdkeyHash })).toBe(
      'NotEnoughBalanceToPaySwapColdKey',
    )
    isSound(h)
  })
})

describe('tryAssociateHotkey', () => {
  it('makes a hotkey the signer’s that nobody owns, and leaves others alone', () => {
    const h = started()
    const ownerOf = (name: string) => h.ledger.query('owner', { hotkey: h.hotkey(name) })?.coldkey
    const hotkey = h.hotkey('new')
    for (const [signer, isNew] of [
      ['bob', true],
      ['carol', false],
    ] as const) {
      const { refusal, events } = h.call(signer, 'tryAssociateHotkey', { hotkey })
      const data = { hotkey, coldkey: h.coldkey('bob'), isNew }
      expect([refusal, events]).toEqual([null, [{ name: 'HotkeyAssociated', netuid: null, data }]])
      expect(ownerOf('new')).toBe(h.coldkey('bob'))
    }
  })
})
