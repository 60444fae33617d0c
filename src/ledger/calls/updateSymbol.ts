import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { ROOT_SYMBOL, SUBNET_SYMBOLS } from '../rules/subnetSymbols.js'
import { refuseSetter, setterOf } from '../subnets/settingFacts.js'
import { netuidWithSymbol } from '../subnets/symbols.js'
import { defineCall } from './defineCall.js'
import { described, netuidField, textField } from './fields.js'

/** @source spec: `spec/chain.md` 6.5, 6.7 */
export const updateSymbol = defineCall({
  does: 'Gives a subnet another symbol, at any time: its sign beside amounts of its alpha.',
  signedBy: "the subnet's owner, root",
  fields: {
    netuid: netuidField,
    symbol: described(textField(8), "One of `SUBNET_SYMBOLS` that no subnet has, not root's."),
  },
  events: { SymbolUpdated: { symbol: holds.text } },
  refuses: ['BadOrigin', 'SubnetNotExists', 'SymbolDoesNotExist', 'SymbolAlreadyInUse'],
  apply(context, signer, { netuid, symbol }) {
    const { state } = context
    if (setterOf(context, netuid, signer) === null) return refuseSetter(context, netuid, signer)
    if (state.findSubnet(netuid) === undefined) return refuse('SubnetNotExists', { netuid })
    const symbolPlace = SUBNET_SYMBOLS.indexOf(symbol)
    if (symbolPlace <= ROOT_SYMBOL) return refuse('SymbolDoesNotExist', { symbol })
    const holder = netuidWithSymbol(state, symbolPlace)
    if (holder !== undefined) return refuse('SymbolAlreadyInUse', { symbol, holder })
    state.setSubnet(netuid, { symbolPlace })
    context.emit('SymbolUpdated', netuid, { symbol })
    return null
  },
})
