import { check } from '../checks/index.js'
import { DEFAULT_QUOTE_WEIGHT_E18 } from '../emission/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { describeRao, MAX_SUPPLY_RAO, RAO_PER_TAO } from '../units/index.js'
import { type ChainConfig, type Genesis, genesisShape, ownConfig } from './config.js'
import { MAIN_MECHANISM } from './neurons/columns.js'
import { REFERENCE_HYPERPARAMETERS } from './rules/hyperparameters.js'
import { ROOT_SYMBOL } from './rules/subnetSymbols.js'
import { accountOf, isSystemAccount, NOBODY, ROOT } from './state/account.js'
import { LedgerState } from './state/LedgerState.js'
import {
  accounts,
  chain,
  config as configTable,
  epochs,
  hyperparameters,
  incentives,
  lastUpdates,
  neurons,
  prices,
  reserves,
  subnets,
} from './state/tables.js'

/**
 * The state of block 0: endowed accounts, and no subnets but root.
 *
 * @throws InvalidArgumentError for a setting that is missing, unknown or out of range, when an endowment is below the existential deposit, comes twice, or all together
 *   exceed 21 million TAO.
 */
export function applyGenesis(genesis: Genesis): LedgerState {
  check('genesis', genesisShape, genesis)
  const { config, endowments } = genesis
  const state = new LedgerState()
  state.set(configTable, [], ownConfig(config))
  let totalIssuanceRao = 0n
  for (const [index, { address, balanceRao }] of endowments.entries()) {
    const account = accountOf(address)
    if (state.get(accounts, account) !== undefined || isSystemAccount(account)) {
      throw invalid(`endowments[${index}].address`, address, 'Endow each account once, and no subnet.')
    }
    if (balanceRao < config.existentialDepositRao) {
      throw invalid(
        `endowments[${index}].balanceRao`,
        balanceRao,
        `Endow at least ${describeRao(config.existentialDepositRao)}.`,
      )
    }
    state.setBalanceRao(account, balanceRao)
    totalIssuanceRao += balanceRao
  }
  if (totalIssuanceRao > MAX_SUPPLY_RAO) {
    throw invalid('endowments', totalIssuanceRao, `Endow at most ${describeRao(MAX_SUPPLY_RAO)} in all.`)
  }
  state.set(chain, [], { ...chain.blank(), totalIssuanceRao })
  makeRoot(state, config)
  return state
}

/** Root is there from the start: 64 places, a tempo of 100 and no epochs, and a price of a registration that nobody pays. */
function makeRoot(state: LedgerState, config: ChainConfig): void {
  state.set(subnets, [ROOT], {
    owner: NOBODY,
    ownerHotkey: NOBODY,
    mechanism: 0,
    hasTraded: false,
    registeredAtBlock: 0,
    firstEmissionBlock: null,
    subtokenEnabled: config.rootSubtokenEnabled,
    emissionEnabled: true,
    lockRao: 0n,
    symbolPlace: ROOT_SYMBOL,
  })
  state.set(hyperparameters, [ROOT], {
    ...REFERENCE_HYPERPARAMETERS,
    tempoBlocks: 100,
    maxAllowedUids: 64,
    maxAllowedValidators: 64,
    targetRegistrationsPerInterval: 1,
  })
  state.makeRoomFor(ROOT)
  state.setRow(prices, ROOT, { burnRao: RAO_PER_TAO / 10n })
  state.setRow(reserves, ROOT, { quoteWeightE18: DEFAULT_QUOTE_WEIGHT_E18 })
  state.set(neurons, [ROOT], neurons.blank())
  state.set(epochs, [ROOT], epochs.blank())
  state.set(incentives, [ROOT, MAIN_MECHANISM], incentives.blank())
  state.set(lastUpdates, [ROOT, MAIN_MECHANISM], lastUpdates.blank())
}

function invalid(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
