import { asColdkey, asHotkey, type Rao, U64_MAX } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { hotkeyAlpha } from '../money/stake.js'
import { assignUid, type UidPlace } from '../neurons/assignUid.js'
import { associateHotkey, ownerOf } from '../neurons/hotkeys.js'
import { type AccountId, isSystemAccount, ROOT } from '../state/account.js'
import { hotkeys, rootRegistrations } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, hotkeyField } from './fields.js'

/** Times as many registrations as root aims at may come until its schedule comes round. */
const INTERVAL_FACTOR = 3

/** @source spec: `spec/chain.md` 5.4 */
export const rootRegister = defineCall({
  does: "Gives a hotkey a seat on root, free of charge. When all are taken it needs more TAO staked to it on root than one that has a seat, and takes that of the one with least. Whoever has a seat is a delegate: the default take is stored for a hotkey without one. A hotkey that nobody owns becomes the signer's.",
  signedBy: 'a coldkey, for any hotkey',
  fields: {
    hotkey: described(hotkeyField, 'Hotkey that gets the seat, whoever owns it.'),
  },
  events: { RootRegistered: { uid: holds.uid, hotkey: holds.hotkey, coldkey: holds.coldkey } },
  refuses: [
    'TooManyRegistrationsThisBlock',
    'TooManyRegistrationsThisInterval',
    'HotKeyAlreadyRegisteredInSubNet',
    'CannotUseSystemAccount',
    'StakeTooLowForRoot',
  ],
  apply(context, signer, { hotkey }) {
    const { state, config, block } = context
    const { inBlock, inInterval } = state.getOrBlank(rootRegistrations)
    const { maxRegistrationsPerBlock, targetRegistrationsPerInterval } = state.hyperparameters(ROOT)
    if (inBlock >= maxRegistrationsPerBlock) {
      return refuse('TooManyRegistrationsThisBlock', { registered: inBlock, nextBlock: block + 1 })
    }
    const most = INTERVAL_FACTOR * targetRegistrationsPerInterval
    if (inInterval >= most) {
      return refuse('TooManyRegistrationsThisInterval', { registered: inInterval, most })
    }
    const address = asHotkey(state.addressOf(hotkey))
    const uid = state.uidOf(ROOT, hotkey)
    if (uid !== undefined) {
      return refuse('HotKeyAlreadyRegisteredInSubNet', { netuid: ROOT, hotkey: address, uid })
    }
    if (isSystemAccount(hotkey)) {
      return refuse('CannotUseSystemAccount', { because: 'asHotkey', account: address })
    }
    associateHotkey(context, ownerOf(state, hotkey) ?? signer, hotkey)
    const stakedRao = hotkeyAlpha(state, ROOT, hotkey)
    const { place, leastRao } = findSeat(context, stakedRao)
    if (place === null) return refuse('StakeTooLowForRoot', { hotkey: address, stakedRao, leastRao })
    assignUid(context, ROOT, place, hotkey)
    const record = state.required(hotkeys, hotkey)
    if (record.takeU16 === null) state.set(hotkeys, [hotkey], { ...record, takeU16: config.defaultTakeU16 })
    state.set(rootRegistrations, [], { inBlock: inBlock + 1, inInterval: inInterval + 1 })
    context.emit('RootRegistered', ROOT, {
      uid: place.uid,
      hotkey: address,
      coldkey: asColdkey(state.addressOf(signer)),
    })
    return null
  },
})

/** The seat of a newcomer; `null` where all are taken by those with as much. Among equals the lowest uid leaves. PERF: a look-up per seat when full. */
function findSeat(
  { state }: BlockContext,
  stakeRao: Rao,
): { readonly place: UidPlace | null; readonly leastRao: Rao } {
  const seats = state.hotkeys(ROOT)
  if (seats.length < state.hyperparameters(ROOT).maxAllowedUids) {
    return { place: { kind: 'append', uid: seats.length }, leastRao: 0n }
  }
  const stakes = seats.map((hotkey: AccountId) => hotkeyAlpha(state, ROOT, hotkey))
  const leastRao = stakes.reduce((lowest, rao) => (rao < lowest ? rao : lowest), U64_MAX)
  return { place: leastRao < stakeRao ? { kind: 'replace', uid: stakes.indexOf(leastRao) } : null, leastRao }
}
