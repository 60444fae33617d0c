import { asColdkey, asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { hotkeys } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { hotkeyField, u16Field } from './fields.js'

const TAKE = { hotkey: holds.hotkey, coldkey: holds.coldkey, takeU16: holds.count }

/**
 * Sets a hotkey's take on all subnets: downwards at any time, upwards once in a while. Until it is set, the
 * default holds, and a first value may be anything in bounds. The coldkey that owns the hotkey signs it.
 *
 * @source spec: `spec/chain.md` 7.3, `increase_take` and `decrease_take` in one
 */
export const setTake = defineCall({
  fields: { hotkey: hotkeyField, takeU16: u16Field },
  events: { TakeIncreased: TAKE, TakeDecreased: TAKE },
  refuses: [
    'HotKeyAccountNotExists',
    'NonAssociatedColdKey',
    'DelegateTakeTooLow',
    'DelegateTakeTooHigh',
    'DelegateTxRateLimitExceeded',
  ],
  apply(context, signer, { hotkey, takeU16 }) {
    const { state, config, block } = context
    const record = state.get(hotkeys, hotkey)
    if (record === undefined) return refuse('HotKeyAccountNotExists', 'Nobody has used this hotkey.')
    if (record.owner !== signer) return refuse('NonAssociatedColdKey', 'Another coldkey owns this hotkey.')
    if (record.takeU16 === takeU16) return refuse('DelegateTakeTooLow', 'The take is that already.')
    if (takeU16 < config.minTakeU16) {
      return refuse('DelegateTakeTooLow', `The least take is ${config.minTakeU16}.`)
    }
    if (takeU16 > config.maxTakeU16) {
      return refuse('DelegateTakeTooHigh', `The largest take is ${config.maxTakeU16}.`)
    }
    const raises = takeU16 > (record.takeU16 ?? config.defaultTakeU16)
    const waited = block - record.takeChangedAtBlock
    if (raises && record.takeChangedAtBlock !== 0 && waited <= config.takeRateLimitBlocks) {
      return refuse('DelegateTxRateLimitExceeded', 'The take was changed a short while ago.')
    }
    state.set(hotkeys, [hotkey], { ...record, takeU16, takeChangedAtBlock: block })
    context.emit(raises ? 'TakeIncreased' : 'TakeDecreased', null, {
      hotkey: asHotkey(state.addressOf(hotkey)),
      coldkey: asColdkey(state.addressOf(signer)),
      takeU16,
    })
    return null
  },
})
