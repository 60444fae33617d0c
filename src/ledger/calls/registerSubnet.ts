import { asColdkey, asHotkey, type BlockNumber, type Netuid } from '../../units/index.js'
import { type BlockContext, type RefusalOf, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { movingPriceOf, payableRao, refuseNothingToSpare } from '../money/trades.js'
import { associateHotkey, HOTKEY_REFUSALS } from '../neurons/hotkeys.js'
import { laterBlock } from '../rules/laterBlock.js'
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
      const fromBlock = config.networkRegistrationStartBlock
      return refuse('SubNetRegistrationDisabled', { because: 'chainNotYet', fromBlock })
    }
    if (tooSoon !== null) return tooSoon
    const netuids = state.netuids()
    const isFull = netuids.length >= config.subnetLimit
    const pruned = isFull ? leastPriced(context, netuids) : null
    if (isFull && pruned === null) {
      return refuse('SubnetLimitReached', {
        subnets: netuids.length,
        limit: config.subnetLimit,
        nextBlock: firstMortalBlock(context, netuids),
      })
    }
    const costRao = lockCostRao(context)
    const balanceRao = state.balanceRao(signer)
    if (balanceRao < costRao) return refuse('CannotAffordLockCost', { balanceRao, costRao })
    if (pruned !== null) dissolveSubnet(context, pruned)
    const netuid = pruned ?? lowestFree(netuids)
    const lockRao = payableRao(context, signer, costRao)
    if (lockRao === 0n && costRao > 0n) return refuseNothingToSpare(context, signer)
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
  const nextBlock = lastSubnetBlock + config.networkRateLimitBlocks
  return lastSubnetBlock !== 0 && block < nextBlock
    ? refuse('NetworkTxRateLimitExceeded', { lastBlock: lastSubnetBlock, nextBlock })
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

/** The block from which on the oldest subnet may make room. */
function firstMortalBlock({ state, config }: BlockContext, netuids: readonly Netuid[]): BlockNumber {
  const oldest = Math.min(...netuids.map((netuid) => state.subnet(netuid).registeredAtBlock))
  return laterBlock(oldest, config.networkImmunityBlocks)
}

/** Netuids start at 1: 0 is root. */
function lowestFree(netuids: readonly Netuid[]): Netuid {
  let netuid = 1
  for (const taken of netuids) if (taken === netuid) netuid++
  return netuid
}
