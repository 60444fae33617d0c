import { blockEmissionRao, firstLastEpochBlock } from '../../emission/index.js'
import { asColdkey, asHotkey, describeRao, type Netuid, type Rao } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { moveTao } from '../money/balances.js'
import { payableRao } from '../money/trades.js'
import { assignUid } from '../neurons/assignUid.js'
import { associateHotkey, HOTKEY_REFUSALS } from '../neurons/hotkeys.js'
import { subnetLockCostRao } from '../rules/subnetLockCost.js'
import { type AccountId, subnetAccount } from '../state/account.js'
import { clocks, hyperparameters, prices, SUBNET_COLUMNS, subnets } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { hotkeyField } from './fields.js'

/**
 * Founds a subnet: the signer, a coldkey, owns it, the hotkey gets uid 0, and the lock stays in the subnet's account.
 * At the limit nothing is pruned to make room yet.
 *
 * @source spec: `spec/chain.md` 6.1, 6.2
 */
export const registerSubnet = defineCall({
  fields: { hotkey: hotkeyField },
  events: { NetworkAdded: { owner: holds.coldkey, hotkey: holds.hotkey, lockRao: holds.rao } },
  refuses: [...HOTKEY_REFUSALS, 'NetworkTxRateLimitExceeded', 'SubnetLimitReached', 'CannotAffordLockCost'],
  apply(context, signer, { hotkey }) {
    const { state, config, block } = context
    const stranger = associateHotkey(context, signer, hotkey)
    if (stranger !== null) return stranger
    const { lastSubnetBlock } = state.chain
    if (lastSubnetBlock !== 0 && block - lastSubnetBlock < config.networkRateLimitBlocks) {
      return refuse('NetworkTxRateLimitExceeded', 'Another subnet was registered a short while ago.')
    }
    const netuids = state.netuids()
    if (netuids.length >= config.subnetLimit) {
      return refuse('SubnetLimitReached', `There are ${netuids.length} subnets already.`)
    }
    const costRao = lockCostRao(context)
    if (state.balanceRao(signer) < costRao) {
      return refuse('CannotAffordLockCost', `The lock costs ${describeRao(costRao)}.`)
    }
    const netuid = lowestFree(netuids)
    const lockRao = payableRao(context, signer, costRao)
    createSubnet(context, netuid, { owner: signer, ownerHotkey: hotkey, lockRao })
    moveTao(context, signer, subnetAccount(netuid), lockRao)
    state.setChain({ lastLockRao: lockRao, lastLockBlock: block, lastSubnetBlock: block })
    assignUid(context, netuid, { kind: 'append', uid: 0 }, hotkey)
    context.emit('NetworkAdded', netuid, {
      owner: asColdkey(state.addressOf(signer)),
      hotkey: asHotkey(state.addressOf(hotkey)),
      lockRao,
    })
    return null
  },
})

function lockCostRao({ state, config, block }: BlockContext): Rao {
  const { lastLockRao, lastLockBlock, totalIssuanceRao } = state.chain
  return subnetLockCostRao(
    {
      lastLockRao: lastLockBlock === 0 ? config.networkMinLockRao : lastLockRao,
      lastLockBlock,
      minLockRao: config.networkMinLockRao,
      lockReductionIntervalBlocks: config.lockReductionIntervalBlocks,
    },
    block,
    blockEmissionRao(totalIssuanceRao),
  )
}

function createSubnet(
  { state, config, block }: BlockContext,
  netuid: Netuid,
  founder: { owner: AccountId; ownerHotkey: AccountId; lockRao: Rao },
): void {
  state.set(subnets, [netuid], {
    ...founder,
    registeredAtBlock: block,
    firstEmissionBlock: null,
    subtokenEnabled: false,
    emissionEnabled: config.emissionEnabledAtRegistration,
  })
  state.set(hyperparameters, [netuid], config.hyperparameters)
  for (const columns of SUBNET_COLUMNS) state.makeRoom(columns, netuid + 1)
  const { tempoBlocks } = config.hyperparameters
  state.setRow(clocks, netuid, { lastEpochBlock: firstLastEpochBlock(block, netuid, tempoBlocks) })
  state.setRow(prices, netuid, { burnRao: config.initialBurnRao })
}

/** Netuids start at 1: 0 is root. */
function lowestFree(netuids: readonly Netuid[]): Netuid {
  let netuid = 1
  for (const taken of netuids) if (taken === netuid) netuid++
  return netuid
}
