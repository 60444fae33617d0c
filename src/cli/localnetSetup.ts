import type { Chain } from '../chain/index.js'
import { check, custom } from '../checks/index.js'
import { isAddress, keyPairFromUri, parseAddress } from '../crypto/index.js'
import { assert } from '../errors/index.js'
import type { Refusal } from '../ledger/index.js'
import { type Address, asHotkey, formatTao, MAX_SUPPLY_RAO, parseTao, type Rao } from '../units/index.js'
import { checkOption } from './options.js'
import { UsageError } from './UsageError.js'

/** An account that a local chain starts with. */
export interface LocalAccount {
  /** The secret URI it was given by; `undefined` when only an address was given. */
  readonly uri: string | undefined
  readonly address: Address
  readonly balanceRao: Rao
}

const DEFAULT_BALANCE = '1000000'

/** Written like an address: what is wrong with it is then said of an address, not of a mnemonic. */
const LIKE_ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{44,60}$/

/**
 * The accounts of a local chain, from secret URIs and addresses; one that is named twice counts once.
 *
 * @param least - the smallest balance that an account of the chain may have.
 * @throws UsageError naming the option.
 */
export function localAccounts(
  names: readonly string[],
  { balance = DEFAULT_BALANCE, least }: { balance?: string | undefined; least: Rao },
): LocalAccount[] {
  const accounts = new Map(names.map(accountOf).map((account) => [account.address, account]))
  const balanceRao = balanceOf(balance, { least, accounts: accounts.size })
  return [...accounts.values()].map((account) => ({ ...account, balanceRao }))
}

function balanceOf(text: string, { least, accounts }: { least: Rao; accounts: number }): Rao {
  const most = MAX_SUPPLY_RAO / BigInt(accounts)
  const range = `from ${formatTao(least)} to ${formatTao(most)}`
  const remedy = `Pass TAO as a decimal ${range}, since ${accounts} accounts start with it.`
  const isRight = (value: unknown): boolean => typeof value === 'bigint' && value >= least && value <= most
  const balanceRao = /^\d{1,20}(\.\d{1,9})?$/.test(text) ? parseTao(text) : -1n
  checkOption('balance', text, () => check('balance', custom(remedy, isRight), balanceRao))
  return balanceRao
}

function accountOf(name: string): Pick<LocalAccount, 'uri' | 'address'> {
  // What was given may be a secret: it is not shown.
  return checkOption('endow', undefined, () => {
    check(
      'endow',
      custom('Pass an address, or a secret URI such as //Zoe.', (value) => value !== ''),
      name,
    )
    if (isAddress(name) || LIKE_ADDRESS.test(name)) return { uri: undefined, address: parseAddress(name) }
    return { uri: name, address: keyPairFromUri(name).address }
  })
}

/** Registers and starts `count` subnets, owned by //Alice with the hotkeys //Alice//owner//1 and so on. */
export async function openSubnets(chain: Chain, count: number, signal: AbortSignal): Promise<void> {
  const alice = keyPairFromUri('//Alice')
  for (let number = 1; number <= count; number++) {
    const hotkey = asHotkey(keyPairFromUri(`//Alice//owner//${number}`).address)
    const { refusal, events } = await chain.call(alice, 'registerSubnet', { hotkey }, { signal })
    if (refusal !== null) throw cannotOpen(number, refusal)
    const netuid = events.find(({ name }) => name === 'NetworkAdded')?.netuid
    assert(netuid !== undefined && netuid !== null, 'a registered subnet has a number')
    const started = await chain.call(alice, 'startSubnet', { netuid }, { signal })
    assert(started.refusal === null, `subnet ${netuid} was registered and not started`)
  }
}

function cannotOpen(number: number, { error, detail, remedy }: Refusal): UsageError {
  return new UsageError({
    field: '--subnets',
    problem: `subnet ${number} could not be opened (${error}: ${detail} ${remedy}); raise --balance or open fewer`,
  })
}
