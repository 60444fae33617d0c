import { saturatedU64 } from '../../math/index.js'
import { asColdkey, asHotkey, type Netuid, type Rao } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { TRADE_REFUSALS } from '../money/tradeRefusals.js'
import { buyAlpha, payableRao, refuseNothingToSpare } from '../money/trades.js'
import { bumpedBurnRao } from '../rules/registrationPrice.js'
import type { AccountId } from '../state/account.js'
import { prices, reserves, tallies } from '../state/tables.js'
import { assignUid, findUidPlace } from './assignUid.js'
import { associateHotkey, HOTKEY_REFUSALS } from './hotkeys.js'

/** What is told of a registration. */
export const REGISTRATION_EVENTS = {
  NeuronRegistered: {
    uid: holds.uid,
    hotkey: holds.hotkey,
    coldkey: holds.coldkey,
    paidRao: holds.rao,
    /** What the payment bought, which leaves the subnet's alpha. */
    recycledAlpha: holds.alpha,
  },
}

/** Why a hotkey is not registered, in the order of the checks. */
export const REGISTRATION_REFUSALS = [
  'RegistrationNotPermittedOnRootSubnet',
  'SubnetNotExists',
  'SubNetRegistrationDisabled',
  'HotKeyAlreadyRegisteredInSubNet',
  'NotEnoughBalanceToStake',
  ...HOTKEY_REFUSALS,
  'NoNeuronIdAvailable',
  'InsufficientBalance',
  ...TRADE_REFUSALS,
] as const

/** Which hotkey is to be registered where. */
export interface Registration {
  readonly netuid: Netuid
  readonly hotkey: AccountId
}

/** What a registration costs now, and the least that it ever does. */
export interface RegistrationPrice {
  readonly priceRao: Rao
  readonly leastRao: Rao
}

/**
 * Registers a hotkey for a coldkey. Refused, it may be half done: the caller undoes it.
 *
 * @param whyTooDear - asked in its turn: why the price is not paid.
 * @source spec: `spec/chain.md` 5.2, 5.3
 */
export function registerHotkey<R>(
  context: BlockContext<typeof REGISTRATION_EVENTS>,
  signer: AccountId,
  { netuid, hotkey }: Registration,
  whyTooDear: (price: RegistrationPrice) => R | null,
): RefusalOf<(typeof REGISTRATION_REFUSALS)[number]> | R | null {
  const { state } = context
  if (netuid === 0) {
    return refuse('RegistrationNotPermittedOnRootSubnet', { because: 'neuron' })
  }
  if (state.findSubnet(netuid) === undefined) return refuse('SubnetNotExists', { netuid })
  const burnRao = state.cell(prices, netuid, 'burnRao')
  const hyperparameters = state.hyperparameters(netuid)
  const leastRao = hyperparameters.minBurnRao
  const isFalling = burnRao > leastRao
  const dear = whyTooDear({ priceRao: burnRao, leastRao })
  if (dear !== null) return dear
  if (!hyperparameters.registrationAllowed) {
    return refuse('SubNetRegistrationDisabled', { because: 'subnetClosed', netuid })
  }
  const uid = state.uidOf(netuid, hotkey)
  if (uid !== undefined) {
    const address = asHotkey(state.addressOf(hotkey))
    return refuse('HotKeyAlreadyRegisteredInSubNet', { netuid, hotkey: address, uid })
  }
  const balanceRao = state.balanceRao(signer)
  if (balanceRao < burnRao) {
    const facts = { balanceRao, costRao: burnRao }
    return refuse(
      'NotEnoughBalanceToStake',
      isFalling ? { because: 'registering', ...facts, leastRao } : { because: 'registeringSteady', ...facts },
    )
  }
  const stranger = associateHotkey(context, signer, hotkey)
  if (stranger !== null) return stranger
  const place = findUidPlace(context, netuid)
  if (place === null) return refuse('NoNeuronIdAvailable', { netuid, neurons: state.n(netuid) })

  const paidRao = payableRao(context, signer, burnRao)
  if (paidRao === 0n && burnRao > 0n) return refuseNothingToSpare(context, signer)
  const bought = buyAlpha(context, netuid, signer, paidRao)
  if (!bought.ok) return bought.refusal
  const alphaOut = saturatedU64(state.cell(reserves, netuid, 'alphaOut') - bought.outAlpha)
  state.setRow(reserves, netuid, { alphaOut })
  state.setRow(tallies, netuid, {
    recycledRao: saturatedU64(state.cell(tallies, netuid, 'recycledRao') + burnRao),
  })
  state.setRow(prices, netuid, { burnRao: bumpedBurnRao(burnRao, hyperparameters) })
  assignUid(context, netuid, place, hotkey)
  context.emit('NeuronRegistered', netuid, {
    uid: place.uid,
    hotkey: asHotkey(state.addressOf(hotkey)),
    coldkey: asColdkey(state.addressOf(signer)),
    paidRao,
    recycledAlpha: bought.outAlpha,
  })
  return null
}
