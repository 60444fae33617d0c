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
import type { Hyperparameters } from '../rules/hyperparameters.js'
import { accountOf } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { scheduleOf } from '../state/schedule.js'
import { clocks, pendings, prices, reserves, tallies } from '../state/tables.js'
import { hotkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'
import { metagraphView } from './metagraphView.js'

/** What there is to know of a subnet but for its neurons; `null` where there is none. */
export const subnet = defineQuery({ netuid }, ({ state }, args) =>
  state.findSubnet(args.netuid) === undefined ? null : subnetView(state, args.netuid),
)

/** A subnet's neurons in columns; `null` where there is none. */
export const metagraph = defineQuery({ netuid }, ({ state, config }, args) =>
  state.findSubnet(args.netuid) === undefined ? null : metagraphView(state, config, args.netuid),
)

export const uid = defineQuery(
  { netuid, hotkey },
  ({ state }, args) => state.uidOf(args.netuid, accountOf(args.hotkey)) ?? null,
)

export interface SubnetView {
  readonly netuid: Netuid
  readonly owner: Coldkey
  readonly ownerHotkey: Hotkey
  readonly n: number
  readonly registeredAtBlock: BlockNumber
  /** `null` before startSubnet. */
  readonly firstEmissionBlock: BlockNumber | null
  readonly lastEpochBlock: BlockNumber
  readonly nextEpochBlock: BlockNumber | null
  readonly epochIndex: number
  readonly burnRao: Rao
  readonly lockRao: Rao
  readonly subnetTaoRao: Rao
  readonly alphaIn: Alpha
  readonly alphaOut: Alpha
  /** Alpha that waits for the next epoch. */
  readonly pendingAlpha: Alpha
  /** TAO paid for registrations: it stays in the subnet, and nobody has a claim on it. */
  readonly recycledRao: Rao
  /** Alpha that was taken out of `alphaOut` again. */
  readonly recycledAlpha: Alpha
  /** Alpha in `alphaOut` that was withheld from the owner's own miners. */
  readonly burnedAlpha: Alpha
  /** Alpha in `alphaOut` of epochs that nobody earned. */
  readonly unearnedAlpha: Alpha
  /** Alpha in `alphaOut` lost to rounding; never decreases. */
  readonly dustAlpha: Alpha
  /** Share of the last epoch's miner pay that was withheld from the owner's miners, times 2^32. */
  readonly minerBurnedBits: bigint
  readonly subtokenEnabled: boolean
  readonly emissionEnabled: boolean
  readonly hyperparameters: Hyperparameters
}

function subnetView(state: LedgerState, netuid: Netuid): SubnetView {
  const { owner, ownerHotkey, registeredAtBlock, firstEmissionBlock, ...subnet } = state.subnet(netuid)
  const { lastEpochBlock, epochIndex } = state.row(clocks, netuid)
  const { accountRao, ...has } = state.row(reserves, netuid)
  const pending = state.row(pendings, netuid)
  return {
    netuid,
    owner: asColdkey(state.addressOf(owner)),
    ownerHotkey: asHotkey(state.addressOf(ownerHotkey)),
    n: state.n(netuid),
    registeredAtBlock,
    firstEmissionBlock,
    lastEpochBlock,
    nextEpochBlock: nextEpochBlock(scheduleOf(state, netuid)),
    epochIndex,
    burnRao: state.cell(prices, netuid, 'burnRao'),
    ...subnet,
    ...has,
    pendingAlpha: pending.serverAlpha + pending.validatorAlpha + pending.ownerCutAlpha + pending.rootAlpha,
    ...state.row(tallies, netuid),
    hyperparameters: { ...state.hyperparameters(netuid) },
  }
}
