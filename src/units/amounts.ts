import { InvalidArgumentError } from '../errors/index.js'

/** An amount of TAO in units of 1e-9. Always a bigint: the cap of 2.1e16 rao exceeds 2^53. */
export type Rao = bigint

/** An amount of a subnet's alpha in units of 1e-9. */
export type Alpha = bigint

export const RAO_PER_TAO = 1_000_000_000n

/** Largest number of rao that can ever exist: 21 million TAO. */
export const MAX_SUPPLY_RAO = 21_000_000n * RAO_PER_TAO

export const U64_MAX = 0xffff_ffff_ffff_ffffn

/**
 * Reads an amount of TAO, as decimal text or a whole number, into rao, exactly.
 *
 * @throws InvalidArgumentError when it is no decimal amount, has more than nine decimals, or more rao than 64 bits hold.
 *
 * @example
 * ```ts
 * import { parseTao } from 'subnetkit/units'
 *
 * parseTao('1.5') // 1_500_000_000n
 * parseTao(3) // 3_000_000_000n
 * ```
 */
export function parseTao(amount: string | number | bigint): Rao {
  const rao = raoOf(amount)
  if (rao !== undefined && rao <= U64_MAX) return rao
  throw new InvalidArgumentError({
    field: 'amount',
    value: amount,
    remedy:
      'Pass TAO as a non-negative decimal with at most nine decimals, for example "1.5"; at most 2^64 - 1 rao.',
  })
}

function raoOf(amount: unknown): Rao | undefined {
  if (!['string', 'number', 'bigint'].includes(typeof amount)) return undefined
  const text = String(amount)
  const match = text.length > 30 ? null : /^(\d+)(?:\.(\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const [, whole = '', decimals = ''] = match
  return BigInt(whole) * RAO_PER_TAO + BigInt(decimals.padEnd(9, '0'))
}

/**
 * Writes rao as TAO text; `decimals` (0 to 9) rounds towards zero.
 *
 * @throws InvalidArgumentError for what is no bigint, or no number of decimals.
 *
 * @example
 * ```ts
 * import { formatTao } from 'subnetkit/units'
 *
 * formatTao(1_500_000_000n) // '1.5'
 * formatTao(1_234_567_890n, 2) // '1.23'
 * ```
 */
export function formatTao(amountRao: Rao, decimals?: number): string {
  if (typeof amountRao !== 'bigint') {
    const remedy = 'Pass rao as a bigint; one TAO is 1_000_000_000n.'
    throw new InvalidArgumentError({ field: 'amountRao', value: amountRao, remedy })
  }
  if (decimals !== undefined && !(Number.isInteger(decimals) && decimals >= 0 && decimals <= 9)) {
    const remedy = 'Pass a whole number from 0 to 9.'
    throw new InvalidArgumentError({ field: 'decimals', value: decimals, remedy })
  }
  const sign = amountRao < 0n ? '-' : ''
  const magnitude = amountRao < 0n ? -amountRao : amountRao
  const fraction = (magnitude % RAO_PER_TAO).toString().padStart(9, '0')
  const shown = decimals === undefined ? fraction.replace(/0+$/, '') : fraction.slice(0, decimals)
  return `${sign}${magnitude / RAO_PER_TAO}${shown === '' ? '' : `.${shown}`}`
}

/** Amounts from here on are more than anybody reads at a glance as rao. */
const MANY_RAO = 1_000_000n

/**
 * Writes an amount for a message to people: in TAO as well where it is many rao.
 *
 * @throws InvalidArgumentError for what is no bigint.
 *
 * @example
 * ```ts
 * import { describeRao } from 'subnetkit/units'
 *
 * describeRao(1_419_847_836n) // '1.419847836 TAO (1419847836 rao)'
 * describeRao(500n) // '500 rao'
 * ```
 */
export function describeRao(amountRao: Rao): string {
  const tao = formatTao(amountRao)
  return amountRao > -MANY_RAO && amountRao < MANY_RAO ? `${amountRao} rao` : `${tao} TAO (${amountRao} rao)`
}
