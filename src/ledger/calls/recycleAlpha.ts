import { asColdkey, asHotkey } from '../../units/index.js'
import { holds } from '../events.js'
import { SPENDING_REFUSALS, spendAlpha } from '../money/spendAlpha.js'
import { reserves } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { alphaField, described, hotkeyField, netuidField } from './fields.js'

/** @source spec: `spec/chain.md` 10.4 */
export const recycleAlpha = defineCall({
  does: 'Gives up stake so that the subnet can issue it again.',
  signedBy: 'the coldkey that staked',
  fields: {
    netuid: netuidField,
    hotkey: described(hotkeyField, 'Hotkey on which the stake lies.'),
    amountAlpha: described(
      alphaField,
      'Alpha that is given up. More than the position holds means all of it.',
    ),
  },
  events: { AlphaRecycled: { hotkey: holds.hotkey, coldkey: holds.coldkey, amountAlpha: holds.alpha } },
  refuses: SPENDING_REFUSALS,
  apply(context, signer, { netuid, hotkey, amountAlpha: wantedAlpha }) {
    const { state } = context
    const amountAlpha = spendAlpha(context, { netuid, hotkey, coldkey: signer }, wantedAlpha)
    if (typeof amountAlpha !== 'bigint') return amountAlpha
    const alphaOut = state.cell(reserves, netuid, 'alphaOut') - amountAlpha
    state.setRow(reserves, netuid, { alphaOut })
    context.emit('AlphaRecycled', netuid, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(signer)),
      amountAlpha,
    })
    return null
  },
})
