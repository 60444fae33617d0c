import { refuse } from '../BlockContext.js'
import { hotkeys } from '../state/tables.js'
import { storeTake, TAKE_EVENT, TAKE_FIELDS, TAKE_REFUSALS, whyNotTake, whyTooLow } from './changeTake.js'
import { defineCall } from './defineCall.js'

/** @source spec: `spec/chain.md` 7.3 */
export const decreaseTake = defineCall({
  does: "Lowers a hotkey's take on all subnets, at any time; a raise has to wait then. Where none was stored, it may be any within bounds.",
  signedBy: 'the coldkey that owns the hotkey',
  fields: TAKE_FIELDS,
  events: { TakeDecreased: TAKE_EVENT },
  refuses: TAKE_REFUSALS,
  apply(context, signer, args) {
    const refused = whyNotTake(context, signer, args)
    if (refused !== null) return refused
    const { takeU16 } = context.state.required(hotkeys, args.hotkey)
    if (takeU16 !== null && args.takeU16 >= takeU16) {
      return refuse('DelegateTakeTooLow', { because: 'noCut', takeU16: args.takeU16, currentU16: takeU16 })
    }
    const unfit = whyTooLow(context, args)
    if (unfit !== null) return unfit
    context.emit('TakeDecreased', null, storeTake(context, signer, args))
    return null
  },
})
