import { asHotkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { laterBlock } from '../rules/laterBlock.js'
import { hotkeys } from '../state/tables.js'
import { storeTake, TAKE_EVENT, TAKE_FIELDS, TAKE_REFUSALS, whyNotTake, whyTooHigh } from './changeTake.js'
import { defineCall } from './defineCall.js'

/** @source spec: `spec/chain.md` 7.3 */
export const increaseTake = defineCall({
  does: "Raises a hotkey's take on all subnets, once in a while. Where none was stored, it may be any within bounds, also below the default.",
  signedBy: 'the coldkey that owns the hotkey',
  fields: TAKE_FIELDS,
  events: { TakeIncreased: TAKE_EVENT },
  refuses: [...TAKE_REFUSALS, 'DelegateTxRateLimitExceeded'],
  apply(context, signer, args) {
    const refused = whyNotTake(context, signer, args)
    if (refused !== null) return refused
    const { state, config, block } = context
    const { takeU16, takeChangedAtBlock } = state.required(hotkeys, args.hotkey)
    if (takeU16 !== null && args.takeU16 <= takeU16) {
      return refuse('DelegateTakeTooLow', {
        because: 'noRaise',
        takeU16: args.takeU16,
        currentU16: takeU16,
      })
    }
    const unfit = whyTooHigh(context, args)
    if (unfit !== null) return unfit
    const { takeRateLimitBlocks } = config
    const isLimited = takeRateLimitBlocks !== 0 && takeChangedAtBlock !== 0
    if (isLimited && block - takeChangedAtBlock <= takeRateLimitBlocks) {
      const nextBlock = laterBlock(takeChangedAtBlock, takeRateLimitBlocks + 1)
      const hotkey = asHotkey(state.addressOf(args.hotkey))
      return refuse('DelegateTxRateLimitExceeded', { hotkey, nextBlock })
    }
    context.emit('TakeIncreased', null, storeTake(context, signer, args))
    return null
  },
})
