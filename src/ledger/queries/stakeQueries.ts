import { asColdkey } from '../../units/index.js'
import { hotkeyAlpha, positionValue } from '../money/stake.js'
import { accountOf } from '../state/account.js'
import { hotkeys } from '../state/tables.js'
import { coldkey, hotkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** Value of one position, and of all positions on the hotkey. */
export const stake = defineQuery({ netuid, hotkey, coldkey }, ({ state }, args) => {
  const position = {
    netuid: args.netuid,
    hotkey: accountOf(args.hotkey),
    coldkey: accountOf(args.coldkey),
  }
  return {
    positionAlpha: positionValue(state, position),
    hotkeyAlpha: hotkeyAlpha(state, position.netuid, position.hotkey),
  }
})

/** The coldkey of a hotkey, and the take of dividends; `null` for a hotkey that nobody has used. */
export const owner = defineQuery({ hotkey }, ({ state, config }, args) => {
  const record = state.get(hotkeys, accountOf(args.hotkey))
  if (record === undefined) return null
  return {
    coldkey: asColdkey(state.addressOf(record.owner)),
    takeU16: record.takeU16 ?? config.defaultTakeU16,
  }
})
