import type { Chain } from '../chain/index.js'
import { isAddress, keyPairFromUri, parseAddress } from '../crypto/index.js'
import { assert, BaseError } from '../errors/index.js'
import { type Address, asHotkey, parseTao, type Rao } from '../units/index.js'
import { UsageError } from './UsageError.js'

/** An account that a local chain starts with. */
export interface LocalAccount {
  /** The secret URI it was given by; `undefined` when only an address was given. */
  readonly uri: string | undefined
  readonly address: Address
  readonly balanceRao: Rao
}

const DEFAULT_BALANCE = '1000000'

/**
 * The accounts of a local chain, from secret URIs and addresses; one that is named twice counts once.
 *
 * @throws UsageError naming the option.
 */
export function localAccounts(names: readonly string[], balance = DEFAULT_BALANCE): LocalAccount[] {
  const balanceRao = balanceOf(balance)
  const accounts = new Map<Address, LocalAccount>()
  for (const name of names) {
    const account = { ...accountOf(name), balanceRao }
    if (!accounts.has(account.address)) accounts.set(account.address, account)
  }
  return [...accounts.values()]
}

function balanceOf(text: string): Rao {
  try {
    return parseTao(text)
  } catch (cause) {
    throw new UsageError({ field: '--balance', problem: 'pass TAO as a decimal, such as 1000', cause })
  }
}

function accountOf(name: string): Pick<LocalAccount, 'uri' | 'address'> {
  if (isAddress(name)) return { uri: undefined, address: parseAddress(name) }
  try {
    return { uri: name, address: keyPairFromUri(name).address }
  } catch (cause) {
    const why = cause instanceof BaseError ? cause.shortMessage : 'it cannot be read'
    throw new UsageError({
      field: '--endow',
      problem: `${name} is no address and no secret URI: ${why}`,
      cause,
    })
  }
}

/** Registers and starts `count` subnets, owned by //Alice with the hotkeys //Alice//owner//1 and so on. */
export async function openSubnets(chain: Chain, count: number, signal: AbortSignal): Promise<void> {
  const alice = keyPairFromUri('//Alice')
  for (let number = 1; number <= count; number++) {
    const hotkey = asHotkey(keyPairFromUri(`//Alice//owner//${number}`).address)
    const { refusal, events } = await chain.call(alice, 'registerSubnet', { hotkey }, { signal })
    if (refusal !== null) throw cannotOpen(number, refusal.error)
    const netuid = events.find(({ name }) => name === 'NetworkAdded')?.netuid
    assert(netuid !== undefined && netuid !== null, 'a registered subnet has a number')
    const started = await chain.call(alice, 'startSubnet', { netuid }, { signal })
    assert(started.refusal === null, `subnet ${netuid} was registered and not started`)
  }
}

function cannotOpen(number: number, error: string): UsageError {
  return new UsageError({
    field: '--subnets',
    problem: `subnet ${number} could not be opened (${error}); raise --balance or open fewer`,
  })
}
