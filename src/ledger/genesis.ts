import { check } from '../checks/index.js'
import { InvalidArgumentError } from '../errors/index.js'
import { describeRao, MAX_SUPPLY_RAO } from '../units/index.js'
import { type Genesis, genesisShape, ownConfig } from './config.js'
import { accountOf, isSystemAccount } from './state/account.js'
import { LedgerState } from './state/LedgerState.js'
import { accounts, chain, config as configTable } from './state/tables.js'

/**
 * The state of block 0: endowed accounts and no subnets. Root exists as number 0 only.
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
  return state
}

function invalid(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
