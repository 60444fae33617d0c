import { nextEpochBlock } from '../../emission/index.js'
import {
  type Alpha,
  asColdkey,
  asHotkey,
  type BlockNumber,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type Rao,
} from '../../units/index.js'
import { reservoirOf } from '../money/reservoirs.js'
import { movingPriceOf, spotPriceBits } from '../money/trades.js'
import { MAIN_MECHANISM } from '../neurons/columns.js'
import type { Hyperparameters } from '../rules/hyperparameters.js'
import { SUBNET_SYMBOLS } from '../rules/subnetSymbols.js'
import { accountOf } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks, injections, mechanismSplits, pendings, prices, reserves, tallies } from '../state/tables.js'
import { hotkey, mechanism, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'
import { metagraphView } from './metagraphView.js'

/** What there is to know of a subnet but for its neurons; `null` where there is none. */
export const subnet = defineQuery({ netuid }, ({ state }, args) =>
  state.findSubnet(args.netuid) === undefined ? null : subnetView(state, args.netuid),
)

/** A subnet's neurons in columns, as one of its mechanisms has them; `null` where there is none. */
export const metagraph = defineQuery({ netuid, mechanism }, ({ state, config }, args) =>
  state.findSubnet(args.netuid) === undefined ||
  (args.mechanism ?? MAIN_MECHANISM) >= state.hyperparameters(args.netuid).mechanismCount
    ? null
    : metagraphView(state, config, args.netuid, args.mechanism),
)

export const uid = defineQuery(
  { netuid, hotkey },
  ({ state }, args) => state.uidOf(args.netuid, accountOf(args.hotkey)) ?? null,
)

export interface SubnetView {
  readonly netuid: Netuid
  readonly owner: Coldkey
  readonly ownerHotkey: Hotkey
  /** Its sign beside amounts of its alpha. */
  readonly symbol: string
  readonly n: number
  readonly registeredAtBlock: BlockNumber
  /** `null` before startSubnet. */
  readonly firstEmissionBlock: BlockNumber | null
  readonly lastEpochBlock: BlockNumber
  readonly nextEpochBlock: BlockNumber | null
  readonly epochIndex: number
  /** 0 where an alpha is a TAO, as on root; 1 where it has a price. */
  readonly mechanism: 0 | 1
  /** Whether its pool has traded: the first trade sets the pool's weights even, whatever injections made of them. */
  readonly hasTraded: boolean
  /** What registering a neuron costs now. */
  readonly burnRao: Rao
  readonly lockRao: Rao
  readonly subnetTaoRao: Rao
  readonly alphaIn: Alpha
  readonly alphaOut: Alpha
  /** Alpha that waits for the next epoch. */
  readonly pendingAlpha: Alpha
  /** Alpha in `alphaOut` that the chain bought with TAO too much for the pool: nobody's. */
  readonly protocolAlpha: Alpha
  /** What waits to go into the pool, on chains that keep a reservoir. */
  readonly reservoir: { readonly taoRao: Rao; readonly alpha: Alpha }
  /** The pool's weight of TAO, of 10^18. */
  readonly quoteWeightE18: bigint
  /** TAO traded since the subnet was registered. */
  readonly volumeRao: Rao
  /** Spot price of alpha in TAO, times 2^64. */
  readonly priceBits: bigint
  /** Its average, by which the block's TAO is shared, times 2^64 as well. */
  readonly movingPriceBits: bigint
  /** Root's part of the validators' dividends, times 2^32. */
  readonly rootProportionBits: bigint
  /** What the last block gave to it; 0 for one that takes no part in emission. */
  readonly lastInjection: {
    /** Into the pool. */
    readonly taoInRao: Rao
    readonly alphaIn: Alpha
    /** For those who wait for the next epoch. */
    readonly alphaOut: Alpha
    /** Too much for the pool: the chain buys alpha with it. */
    readonly excessRao: Rao
  }
  /** What registrations were to cost: their TAO stays in the subnet. */
  readonly recycledRao: Rao
  /** Share of the last epoch's miner pay that was withheld from the owner's miners, times 2^32. */
  readonly minerBurnedBits: bigint
  /** TAO that its account lost each time it fell below the existential deposit: the pool counts on it, and nobody can be paid with it. */
  readonly dustLostRao: Rao
  readonly subtokenEnabled: boolean
  readonly emissionEnabled: boolean
  readonly hyperparameters: Hyperparameters
  /** Part of each mechanism in the emission, of 65535, those after the last have none; `null` where all have the same. */
  readonly mechanismEmissionSplitU16: readonly number[] | null
}

function subnetView(state: LedgerState, netuid: Netuid): SubnetView {
  const { owner, ownerHotkey, registeredAtBlock, firstEmissionBlock, symbolPlace, ...subnet } =
    state.subnet(netuid)
  const { lastEpochBlock, epochIndex } = state.row(clocks, netuid)
  const { accountRao, ...has } = state.row(reserves, netuid)
  const pending = state.row(pendings, netuid)
  const { burnRao, rootProportionBits } = state.row(prices, netuid)
  const splitU16 = state.get(mechanismSplits, netuid)
  return {
    netuid,
    owner: asColdkey(state.addressOf(owner)),
    ownerHotkey: asHotkey(state.addressOf(ownerHotkey)),
    symbol: SUBNET_SYMBOLS[symbolPlace] ?? '',
    n: state.n(netuid),
    registeredAtBlock,
    firstEmissionBlock,
    lastEpochBlock,
    nextEpochBlock: nextEpochBlock(scheduleOf(state, netuid)),
    epochIndex,
    burnRao,
    rootProportionBits,
    priceBits: spotPriceBits(state, netuid),
    movingPriceBits: movingPriceOf(state, netuid),
    lastInjection: state.row(injections, netuid),
    ...subnet,
    ...has,
    reservoir: { ...reservoirOf(state, netuid) },
    pendingAlpha: pending.serverAlpha + pending.validatorAlpha + pending.ownerCutAlpha + pending.rootAlpha,
    ...state.row(tallies, netuid),
    hyperparameters: { ...state.hyperparameters(netuid) },
    mechanismEmissionSplitU16: splitU16 === undefined ? null : [...splitU16],
  }
}
