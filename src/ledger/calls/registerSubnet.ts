import { asColdkey, asHotkey, describeRao, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { movingPriceOf, payableRao } from '../money/trades.js'
import { associateHotkey, HOTKEY_REFUSALS } from '../neurons/hotkeys.js'
import { subnetToPrune } from '../rules/subnetToPrune.js'
import { createSubnet } from '../subnets/createSubnet.js'
import { dissolveSubnet } from '../subnets/dissolveSubnet.js'
import { lockCostRao } from '../subnets/lockCost.js'
import { defineCall } from './defineCall.js'
import { hotkeyField } from './fields.js'

/**
 * Founds a subnet: the signer, a coldkey, owns it, the hotkey gets uid 0, and the lock becomes the subnet's pool. At the limit the subnet with
 * the lowest price average that is past its immunity is dissolved for it.
 *
 * @source spec: `spec/chain.md` 6.1 to 6.4
 */
export const registerSubnet = defineCall({
  fields: { hotkey: hotkeyField },
  events: { NetworkAdded: { owner: holds.coldkey, hotkey: holds.hotkey, lockRao: holds.rao } },
  refuses: [
    'NetworkTxRateLimitExceeded',
    ...HOTKEY_REFUSALS,
    'SubNetRegistrationDisabled',
    'SubnetLimitReached',
    'CannotAffordLockCost',
    'InsufficientBalance',
  ],
  apply(context, signer, { hotkey }) {
    const { state, config, block, isGuarded } = context
    const tooSoon = whyTooSoon(context)
    if (isGuarded && tooSoon !== null) return tooSoon
    const stranger = associateHotkey(context, signer, hotkey)
    if (stranger !== null) return stranger
    if (block < config.networkRegistrationStartBlock) {
      return refuse(
        'SubNetRegistrationDisabled',
        `Subnets can be registered from block ${config.networkRegistrationStartBlock} on.`,
      )
    }
    if (tooSoon !== null) return tooSoon
    const netuids = state.netuids()
    const isFull = netuids.length >= config.subnetLimit
    const pruned = isFull ? leastPriced(context, netuids) : null
    if (isFull && pruned === null) {
      return refuse(
        'SubnetLimitReached',
        `There are ${netuids.length} subnets, and none may be dissolved yet.`,
      )
    }
    const costRao = lockCostRao(context)
    if (state.balanceRao(signer) < costRao) {
      return refuse('CannotAffordLockCost', `The lock costs ${describeRao(costRao)}.`)
    }
    if (pruned !== null) dissolveSubnet(context, pruned)
    const netuid = pruned ?? lowestFree(netuids)
    const lockRao = payableRao(context, signer, costRao)
    if (lockRao === 0n && costRao > 0n)
      return refuse('InsufficientBalance', 'Nothing can be paid that the signer can do without.')
    createSubnet(context, netuid, { owner: signer, ownerHotkey: hotkey, lockRao })
    context.emit('NetworkAdded', netuid, {
      owner: asColdkey(state.addressOf(signer)),
      hotkey: asHotkey(state.addressOf(hotkey)),
      lockRao,
    })
    return null
  },
})

/** Asked first of a signed call, since the reference asks it before it takes one in, and in its turn otherwise. */
function whyTooSoon({ state, config, block }: BlockContext): RefusalOf<'NetworkTxRateLimitExceeded'> | null {
  const { lastSubnetBlock } = state.chain
  return lastSubnetBlock !== 0 && block - lastSubnetBlock < config.networkRateLimitBlocks
    ? refuse('NetworkTxRateLimitExceeded', 'Another subnet was registered a short while ago.')
    : null
}

/** The subnet that makes room; `null` when all are immune. */
function leastPriced({ state, config, block }: BlockContext, netuids: readonly Netuid[]): Netuid | null {
  return subnetToPrune(
    netuids.map((netuid) => ({
      netuid,
      movingPriceBits: movingPriceOf(state, netuid),
      registeredAtBlock: state.subnet(netuid).registeredAtBlock,
    })),
    { block, immunityBlocks: config.networkImmunityBlocks },
  )
}

/** Netuids start at 1: 0 is root. */
function lowestFree(netuids: readonly Netuid[]): Netuid {
  let netuid = 1
  for (const taken of netuids) if (taken === netuid) netuid++
  return netuid
}
