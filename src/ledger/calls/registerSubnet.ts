import { blockEmissionRao, firstLastEpochBlock } from '../../emission/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import { describeRao } from '../../units/index.js'
import { type BlockContext, refuse } from '../BlockContext.js'
import { moveTao } from '../money/balances.js'
import { payableRao } from '../money/subnetMoney.js'
import { assignUid } from '../neurons/assignUid.js'
import { associateHotkey } from '../neurons/hotkeys.js'
import { subnetLockCostRao } from '../rules/subnetLockCost.js'
import { subnetAccount } from '../state/LedgerState.js'
import type { AccountId, SubnetPoolRecord } from '../state/records.js'
import { subnetClockTable, subnetPoolTable, subnetTable } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { accountField } from './fields.js'

/**
 * Founds a subnet: the signer owns it, the hotkey gets uid 0, and the lock stays in the subnet's account.
 * At the limit nothing is pruned to make room yet.
 *
 * @source spec: `spec/chain.md` 6.1, 6.2
 */
export const registerSubnet = defineCall({
  name: 'registerSubnet',
  fields: { hotkey: accountField },
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
    if (state.account(signer).balanceRao < costRao) {
      return refuse('CannotAffordLockCost', `The lock costs ${describeRao(costRao)}.`)
    }
    const netuid = lowestFree(netuids)
    const lockRao = payableRao(context, signer, costRao)
    createSubnet(context, netuid, { owner: signer, ownerHotkey: hotkey, lockRao })
    moveTao(context, signer, subnetAccount(netuid), lockRao)
    state.setChain({ lastLockRao: lockRao, lastLockBlock: block, lastSubnetBlock: block })
    assignUid(context, netuid, { kind: 'append', uid: 0 }, hotkey)
    context.emit('NetworkAdded', netuid, {
      owner: state.addressOf(signer),
      hotkey: state.addressOf(hotkey),
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
  const id = String(netuid)
  const { hyperparameters } = config
  state.store.set(subnetTable, id, {
    ...founder,
    netuid,
    n: 0,
    registeredAtBlock: block,
    firstEmissionBlock: null,
    subtokenEnabled: false,
    emissionEnabled: config.emissionEnabledAtRegistration,
    hyperparameters,
    changedAtBlock: {},
  })
  state.store.set(subnetClockTable, id, {
    lastEpochBlock: firstLastEpochBlock(block, netuid, hyperparameters.tempoBlocks),
    pendingEpochAt: 0,
    blocksSinceLastStep: 0,
    epochIndex: 0,
    lastStepBlock: 0,
  })
  state.store.set(subnetPoolTable, id, { ...EMPTY_POOL, burnRao: config.initialBurnRao })
}

const EMPTY_POOL: SubnetPoolRecord = {
  burnRao: 0n,
  subnetTaoRao: 0n,
  alphaIn: 0n,
  alphaOut: 0n,
  pendingServer: 0n,
  pendingValidator: 0n,
  pendingOwnerCut: 0n,
  pendingRoot: 0n,
  recycledRao: 0n,
  recycledAlpha: 0n,
  burnedAlpha: 0n,
  unearnedAlpha: 0n,
  dustAlpha: 0n,
  minerBurnedBits: 0n,
}

/** Netuids start at 1: 0 is root. */
function lowestFree(netuids: readonly Netuid[]): Netuid {
  let netuid = 1
  for (const taken of netuids) if (taken === netuid) netuid++
  return netuid
}
