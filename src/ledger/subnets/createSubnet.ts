import {
  alphaWorth,
  DEFAULT_QUOTE_WEIGHT_E18,
  firstLastEpochBlock,
  medianPriceBits,
} from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Netuid, Rao } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { giveRootParents } from '../children/giveRootParents.js'
import type { ChainConfig } from '../config.js'
import { moveTao } from '../money/balances.js'
import { spotPriceBits } from '../money/trades.js'
import { assignUid } from '../neurons/assignUid.js'
import { placeOfNewSymbol } from '../rules/subnetSymbols.js'
import { type AccountId, subnetAccount } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { clocks, hyperparameters, prices, reserves, subnets } from '../state/tables.js'
import { netuidWithSymbol } from './symbols.js'

/** Who founds a subnet, and with how much. */
export interface Founding {
  readonly owner: AccountId
  readonly ownerHotkey: AccountId
  /** What the owner pays, and can. */
  readonly lockRao: Rao
}

/**
 * Makes a subnet of a number that is free: the lock moves into its account and is all of its pool, at the median price of the other subnets,
 * and the owner's hotkey has uid 0, with all root validators as its parents. What a former subnet of the number left for it, it inherits.
 *
 * @source spec: `spec/chain.md` 6.1, 6.4
 */
export function createSubnet(
  context: BlockContext,
  netuid: Netuid,
  { owner, ownerHotkey, lockRao }: Founding,
): void {
  const { state, config, block } = context
  const priceBits = medianPriceBits(state.netuids().map((other) => spotPriceBits(state, other)))
  state.set(subnets, [netuid], {
    owner,
    ownerHotkey,
    mechanism: 1,
    hasTraded: false,
    registeredAtBlock: block,
    firstEmissionBlock: null,
    subtokenEnabled: false,
    emissionEnabled: config.emissionEnabledAtRegistration,
    lockRao,
    symbolPlace: placeOfNewSymbol(netuid, (place) => netuidWithSymbol(state, place) !== undefined),
  })
  state.set(hyperparameters, [netuid], hyperparametersOfNew(state, config, netuid))
  state.makeRoomFor(netuid)
  const { tempoBlocks } = config.hyperparameters
  state.setRow(clocks, netuid, { lastEpochBlock: firstLastEpochBlock(block, netuid, tempoBlocks) })
  state.setRow(prices, netuid, { burnRao: config.initialBurnRao })
  moveTao(context, owner, subnetAccount(netuid), lockRao)
  openPool(context, netuid, lockRao, priceBits)
  state.setChain({ lastLockRao: lockRao, lastLockBlock: block, lastSubnetBlock: block })
  assignUid(context, netuid, { kind: 'append', uid: 0 }, ownerHotkey)
  giveRootParents(context, netuid)
}

/** What a former subnet of the number left, or root set ahead, but for what every subnet begins with. */
function hyperparametersOfNew(state: LedgerState, { hyperparameters: initial }: ChainConfig, netuid: Netuid) {
  const {
    tempoBlocks,
    maxAllowedUids,
    maxAllowedValidators,
    minAllowedWeights,
    immunityPeriodBlocks,
    yuma3Enabled,
    registrationAllowed,
  } = initial
  return {
    ...(state.get(hyperparameters, netuid) ?? initial),
    tempoBlocks,
    maxAllowedUids,
    maxAllowedValidators,
    minAllowedWeights,
    immunityPeriodBlocks,
    yuma3Enabled,
    registrationAllowed,
  }
}

/** The pool holds at least the smallest lock, also where the owner had less than that to spare. */
function openPool({ state, config }: BlockContext, netuid: Netuid, lockRao: Rao, priceBits: bigint): void {
  const subnetTaoRao = lockRao > config.networkMinLockRao ? lockRao : config.networkMinLockRao
  state.setRow(reserves, netuid, {
    subnetTaoRao,
    alphaIn: alphaWorth(subnetTaoRao, priceBits),
    quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18,
  })
  state.setChain({ totalStakeRao: saturatedU64(state.chain.totalStakeRao + subnetTaoRao) })
}
