import { InvalidArgumentError } from '../errors/index.js'
import { MAX_SUPPLY_RAO } from '../units/index.js'
import { MAX_CALL_WINDOW_BLOCKS } from './block/header.js'
import type { ChainConfig, Genesis } from './config.js'
import { accountOf, isSystemAccount, LedgerState } from './state/LedgerState.js'
import { accountTable, chainTable, configTable } from './state/tables.js'

/**
 * The state of block 0: endowed accounts and no subnets. Root exists as number 0 only.
 *
 * @throws InvalidArgumentError when an endowment is below the existential deposit, comes twice, or all together
 *   exceed 21 million TAO.
 */
export function applyGenesis({ config, endowments }: Genesis): LedgerState {
  checkConfig(config)
  const state = new LedgerState()
  state.store.set(configTable, '', config)
  let totalIssuanceRao = 0n
  for (const [index, { address, balanceRao }] of endowments.entries()) {
    const account = accountOf(address)
    if (state.store.get(accountTable, account) !== undefined || isSystemAccount(account)) {
      throw invalid(`endowments[${index}].address`, address, 'Endow each account once, and no subnet.')
    }
    if (balanceRao < config.existentialDepositRao) {
      throw invalid(
        `endowments[${index}].balanceRao`,
        balanceRao,
        `Endow at least ${config.existentialDepositRao} rao.`,
      )
    }
    state.setAccount(account, { balanceRao })
    totalIssuanceRao += balanceRao
  }
  if (totalIssuanceRao > MAX_SUPPLY_RAO) {
    throw invalid('endowments', totalIssuanceRao, `Endow at most ${MAX_SUPPLY_RAO} rao in all.`)
  }
  state.store.set(chainTable, '', {
    block: 0,
    totalIssuanceRao,
    lastLockRao: 0n,
    lastLockBlock: 0,
    lastSubnetBlock: 0,
  })
  return state
}

function checkConfig(config: ChainConfig): void {
  if (config.chainId.length < 1 || config.chainId.length > 64) {
    throw invalid('config.chainId', config.chainId, 'Pass 1 to 64 characters.')
  }
  for (const part of [config, config.hyperparameters]) {
    for (const [name, value] of Object.entries(part)) {
      const isBad =
        typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value === 'bigint' && value < 0n
      if (isBad) throw invalid(`config ${name}`, value, 'Pass whole numbers.')
    }
  }
  const { callWindowBlocks } = config
  if (callWindowBlocks < 1 || callWindowBlocks > MAX_CALL_WINDOW_BLOCKS) {
    throw invalid('config.callWindowBlocks', callWindowBlocks, `Pass 1 to ${MAX_CALL_WINDOW_BLOCKS} blocks.`)
  }
  if (config.subnetLimit > 65_535) throw invalid('config.subnetLimit', config.subnetLimit, 'Netuids are u16.')
}

function invalid(field: string, value: unknown, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({ field, value, remedy })
}
