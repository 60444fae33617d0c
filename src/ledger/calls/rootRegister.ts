import { asColdkey, asHotkey, type Rao } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { hotkeyAlpha } from '../money/stake.js'
import { assignUid, type UidPlace } from '../neurons/assignUid.js'
import { associateHotkey, ownerOf } from '../neurons/hotkeys.js'
import { type AccountId, isSystemAccount, ROOT } from '../state/account.js'
import { hotkeys, rootRegistrations } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { hotkeyField } from './fields.js'

/** Times as many registrations as root aims at may come until its schedule comes round. */
const INTERVAL_FACTOR = 3

/**
 * Gives a hotkey a seat on root, free of charge. When all are taken it needs more TAO staked to it on root than one that has a seat, and takes
 * that of the one with least. Whoever has a seat is a delegate: the default take is stored for a hotkey without one. Any coldkey signs it, for
 * any hotkey; one that nobody owns becomes its own.
 *
 * @source spec: `spec/chain.md` 5.4
 */
export const rootRegister = defineCall({
  fields: { hotkey: hotkeyField },
  events: { RootRegistered: { uid: holds.uid, hotkey: holds.hotkey, coldkey: holds.coldkey } },
  refuses: [
    'TooManyRegistrationsThisBlock',
    'TooManyRegistrationsThisInterval',
    'HotKeyAlreadyRegisteredInSubNet',
    'CannotUseSystemAccount',
    'StakeTooLowForRoot',
  ],
  apply(context, signer, { hotkey }) {
    const { state, config } = context
    const { inBlock, inInterval } = state.getOrBlank(rootRegistrations)
    const { maxRegistrationsPerBlock, targetRegistrationsPerInterval } = state.hyperparameters(ROOT)
    if (inBlock >= maxRegistrationsPerBlock) {
      return refuse(
        'TooManyRegistrationsThisBlock',
        `${inBlock} hotkeys were registered on root in this block.`,
      )
    }
    if (inInterval >= INTERVAL_FACTOR * targetRegistrationsPerInterval) {
      return refuse(
        'TooManyRegistrationsThisInterval',
        `${inInterval} hotkeys were registered on root of late.`,
      )
    }
    if (state.uidOf(ROOT, hotkey) !== undefined) {
      return refuse('HotKeyAlreadyRegisteredInSubNet', 'The hotkey has a seat on root.')
    }
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', 'A subnet account cannot be a hotkey.')
    }
    associateHotkey(context, ownerOf(state, hotkey) ?? signer, hotkey)
    const place = findSeat(context, hotkeyAlpha(state, ROOT, hotkey))
    if (place === null) {
      return refuse(
        'StakeTooLowForRoot',
        'All seats are taken by hotkeys with at least as much TAO staked on root.',
      )
    }
    assignUid(context, ROOT, place, hotkey)
    const record = state.required(hotkeys, hotkey)
    if (record.takeU16 === null) state.set(hotkeys, [hotkey], { ...record, takeU16: config.defaultTakeU16 })
    state.set(rootRegistrations, [], { inBlock: inBlock + 1, inInterval: inInterval + 1 })
    context.emit('RootRegistered', ROOT, {
      uid: place.uid,
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(signer)),
    })
    return null
  },
})

/** The seat of a newcomer; `null` where all are taken by those with as much. Among equals the lowest uid leaves. PERF: a look-up per seat when full. */
function findSeat({ state }: BlockContext, stakeRao: Rao): UidPlace | null {
  const seats = state.hotkeys(ROOT)
  if (seats.length < state.hyperparameters(ROOT).maxAllowedUids) return { kind: 'append', uid: seats.length }
  const stakes = seats.map((hotkey: AccountId) => hotkeyAlpha(state, ROOT, hotkey))
  const least = stakes.reduce((lowest, rao) => (rao < lowest ? rao : lowest), stakeRao)
  return least < stakeRao ? { kind: 'replace', uid: stakes.indexOf(least) } : null
}
