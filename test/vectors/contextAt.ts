import { referencePreset } from '../../src/chain/index.js'
import { runEpoch } from '../../src/consensus/index.js'
import { EmissionScheduler } from '../../src/emission/index.js'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import { SubnetRulesCache } from '../../src/ledger/block/subnetRules.js'
import { BlockKernel } from '../../src/ledger/block/wasm/BlockKernel.js'
import type { CallEvents } from '../../src/ledger/calls/callTable.js'
import type { ChainConfig } from '../../src/ledger/config.js'
import { applyGenesis } from '../../src/ledger/genesis.js'
import type { LedgerState } from '../../src/ledger/state/LedgerState.js'
import {
  clocks,
  epochs,
  hyperparameters,
  incentives,
  lastUpdates,
  neurons,
  SUBNET_COLUMNS,
  subnets,
} from '../../src/ledger/state/tables.js'
import { timelocksOf } from '../../src/ledger/timelocks/BlockTimelocks.js'
import type { Netuid } from '../../src/units/index.js'
import { idOf } from './fileState.js'

/** A block of a chain without accounts, to run one call or one step of it. Its events are forgotten. */
export function contextAt(block: number, settings: Partial<ChainConfig> = {}): BlockContext<CallEvents> {
  const config = { ...referencePreset.config, ...settings }
  return atBlock(applyGenesis({ config, endowments: [] }), config, block)
}

/** The same state at another block. */
export function atBlock(state: LedgerState, config: ChainConfig, block: number): BlockContext<CallEvents> {
  state.setChain({ block })
  return {
    state,
    config,
    block,
    author: null,
    isGuarded: true,
    parentHash: '0'.repeat(64),
    runEpoch,
    scheduler: new EmissionScheduler(),
    rules: new SubnetRulesCache(),
    kernel: BlockKernel.shared(),
    timelocks: timelocksOf({ pulses: [], texts: [] }),
    emit: () => {},
  }
}

/** A subnet without money and neurons, of owner 1 with owner hotkey 2. */
export function addBareSubnet({ state, config, block }: BlockContext, netuid: Netuid): void {
  state.set(subnets, [netuid], {
    owner: idOf(1),
    ownerHotkey: idOf(2),
    mechanism: 1,
    hasTraded: true,
    registeredAtBlock: block,
    firstEmissionBlock: null,
    subtokenEnabled: true,
    emissionEnabled: true,
    lockRao: 0n,
    symbolPlace: netuid,
  })
  state.set(hyperparameters, [netuid], config.hyperparameters)
  for (const columns of SUBNET_COLUMNS) state.makeRoom(columns, netuid + 1)
  state.setRow(clocks, netuid, { lastEpochBlock: block })
  state.set(neurons, [netuid], neurons.blank())
  state.set(epochs, [netuid], epochs.blank())
  state.set(incentives, [netuid, 0], incentives.blank())
  state.set(lastUpdates, [netuid, 0], lastUpdates.blank())
}
