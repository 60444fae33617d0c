import { hexOf, publicKeyOf } from '../../crypto/index.js'
import type { Address, Netuid } from '../../units/index.js'

/** An account inside the ledger: lower-case hex of its 32-byte public key. Hex order is byte order. */
export type AccountId = string & { readonly __account: 'hex' }

/** The account behind an address. */
export function accountOf(address: Address): AccountId {
  return accountOfKey(publicKeyOf(address))
}

/** The account of a 32-byte public key. */
export function accountOfKey(publicKey: Uint8Array): AccountId {
  return hexOf(publicKey) as AccountId
}

const SUBNET_ACCOUNT_TAG = hexOf(new TextEncoder().encode('subnetkit/account-of-subnet/\0\0'))

/** Those that were asked for, by netuid: at most 65,536. */
const SUBNET_ACCOUNTS: AccountId[] = []

/** The account that holds a subnet's TAO: readable text in place of a public key, so nobody can sign for it. */
export function subnetAccount(netuid: Netuid): AccountId {
  const known = SUBNET_ACCOUNTS[netuid]
  if (known !== undefined) return known
  const account = `${SUBNET_ACCOUNT_TAG}${netuid.toString(16).padStart(4, '0')}` as AccountId
  SUBNET_ACCOUNTS[netuid] = account
  return account
}

/** Whether an account belongs to the chain itself, whether or not its subnet exists yet. */
export function isSystemAccount(account: AccountId): boolean {
  return account.startsWith(SUBNET_ACCOUNT_TAG)
}

/** The subnet whose TAO a system account holds. */
export function netuidOfAccount(account: AccountId): Netuid {
  return Number.parseInt(account.slice(SUBNET_ACCOUNT_TAG.length), 16)
}

/** Root, on which TAO is staked as it is, is subnet 0. */
export const ROOT: Netuid = 0

/** Who owns what nobody owns. */
export const NOBODY = '0'.repeat(64) as AccountId

/** Where fees go that no maker of a block takes: readable text in place of a public key, so nobody can sign for it. */
export const BURN_ACCOUNT = hexOf(new TextEncoder().encode('subnetkit/account-of-burned-fees')) as AccountId
