import { addStake } from './addStake.js'
import { addStakeBurn } from './addStakeBurn.js'
import { addStakeLimit } from './addStakeLimit.js'
import { announceColdkeySwap } from './announceColdkeySwap.js'
import type { SurfaceArgs } from './argumentList.js'
import { batchCommitWeights } from './batchCommitWeights.js'
import { batchRevealWeights } from './batchRevealWeights.js'
import { batchSetWeights } from './batchSetWeights.js'
import { burnAlpha } from './burnAlpha.js'
import { claimRoot } from './claimRoot.js'
import { clearColdkeySwapAnnouncement } from './clearColdkeySwapAnnouncement.js'
import { commitTimelockedWeights } from './commitTimelockedWeights.js'
import { commitWeights } from './commitWeights.js'
import { decreaseTake } from './decreaseTake.js'
import { disputeColdkeySwap } from './disputeColdkeySwap.js'
import { dissolveNetwork } from './dissolveNetwork.js'
import { increaseTake } from './increaseTake.js'
import { lockStake } from './lockStake.js'
import { moveLock } from './moveLock.js'
import { moveStake } from './moveStake.js'
import { overrideBalance, overrideDissolve, overrideEmission, overrideHyperparameter } from './overrides.js'
import { recycleAlpha } from './recycleAlpha.js'
import { register } from './register.js'
import { registerNetworkWithIdentity } from './registerNetworkWithIdentity.js'
import { registerNeuron } from './registerNeuron.js'
import { registerSubnet } from './registerSubnet.js'
import { removeStake } from './removeStake.js'
import { removeStakeFullLimit } from './removeStakeFullLimit.js'
import { removeStakeLimit } from './removeStakeLimit.js'
import { resetColdkeySwap } from './resetColdkeySwap.js'
import { revealWeights } from './revealWeights.js'
import { rootRegister } from './rootRegister.js'
import { serveAxon } from './serveAxon.js'
import { serveAxonTls } from './serveAxonTls.js'
import { servePrometheus } from './servePrometheus.js'
import { setAlphaValues } from './setAlphaValues.js'
import { setAutoParentDelegationEnabled } from './setAutoParentDelegationEnabled.js'
import { setAutoStakeHotkey } from './setAutoStakeHotkey.js'
import { setChildkeyTake } from './setChildkeyTake.js'
import { setChildren } from './setChildren.js'
import { setCommitment } from './setCommitment.js'
import { setEmissionEnabled } from './setEmissionEnabled.js'
import { setHyperparameter } from './setHyperparameter.js'
import { setIdentity } from './setIdentity.js'
import { setMechanismEmissionSplit } from './setMechanismEmissionSplit.js'
import { setPerpetualLock } from './setPerpetualLock.js'
import { setRecycledRao } from './setRecycledRao.js'
import { setRejectLockedAlpha } from './setRejectLockedAlpha.js'
import { setRootClaimType } from './setRootClaimType.js'
import { setSubnetIdentity } from './setSubnetIdentity.js'
import { setSubnetOwnerHotkey } from './setSubnetOwnerHotkey.js'
import { setSubtokenEnabled } from './setSubtokenEnabled.js'
import { setWeights } from './setWeights.js'
import { startSubnet } from './startSubnet.js'
import { swapColdkeyAnnounced } from './swapColdkeyAnnounced.js'
import { swapHotkey } from './swapHotkey.js'
import { swapStake } from './swapStake.js'
import { swapStakeLimit } from './swapStakeLimit.js'
import { transfer } from './transfer.js'
import { transferStake } from './transferStake.js'
import { triggerEpoch } from './triggerEpoch.js'
import { trimUids } from './trimUids.js'
import { tryAssociateHotkey } from './tryAssociateHotkey.js'
import { unstakeAll } from './unstakeAll.js'
import { unstakeAllAlpha } from './unstakeAllAlpha.js'
import { updateSymbol } from './updateSymbol.js'

/** Every call by its name, which is part of the signed bytes. Arguments, events and refusals of calls follow from what stands here. */
export const CALL_TABLE = {
  transfer,
  registerSubnet,
  startSubnet,
  dissolveNetwork,
  registerNeuron,
  register,
  rootRegister,
  serveAxon,
  serveAxonTls,
  servePrometheus,
  addStake,
  addStakeLimit,
  removeStake,
  removeStakeLimit,
  removeStakeFullLimit,
  unstakeAll,
  unstakeAllAlpha,
  moveStake,
  transferStake,
  swapStake,
  swapStakeLimit,
  recycleAlpha,
  burnAlpha,
  addStakeBurn,
  lockStake,
  moveLock,
  setPerpetualLock,
  setRejectLockedAlpha,
  claimRoot,
  setRootClaimType,
  setWeights,
  batchSetWeights,
  commitWeights,
  batchCommitWeights,
  commitTimelockedWeights,
  revealWeights,
  batchRevealWeights,
  setHyperparameter,
  setAlphaValues,
  setMechanismEmissionSplit,
  trimUids,
  triggerEpoch,
  setEmissionEnabled,
  setSubtokenEnabled,
  setRecycledRao,
  setSubnetOwnerHotkey,
  updateSymbol,
  setAutoStakeHotkey,
  increaseTake,
  decreaseTake,
  setChildren,
  setChildkeyTake,
  setAutoParentDelegationEnabled,
  swapHotkey,
  announceColdkeySwap,
  clearColdkeySwapAnnouncement,
  swapColdkeyAnnounced,
  disputeColdkeySwap,
  resetColdkeySwap,
  tryAssociateHotkey,
  setCommitment,
  setIdentity,
  setSubnetIdentity,
  registerNetworkWithIdentity,
  overrideBalance,
  overrideHyperparameter,
  overrideEmission,
  overrideDissolve,
}

type CallTable = typeof CALL_TABLE

/** Names of all calls. `docs/calls.md` says what each one does. */
export type CallName = keyof CallTable

/** The arguments of every call. What they mean and who signs a call says `docs/calls.md`, and `describeCalls`. */
export type CallArgs = { [N in CallName]: SurfaceArgs<CallTable[N]['fields']> }

/** The events of all calls. */
export type CallEvents = Together<CallTable[CallName]['events']>

/** All members of a union in one. */
type Together<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  part: infer All,
) => void
  ? All
  : never
