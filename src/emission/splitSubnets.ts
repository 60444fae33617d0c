import type { Netuid } from '../units/index.js'
import {
  assertBits,
  assertFlag,
  assertKnown,
  assertLength,
  assertList,
  assertU16,
  assertU64,
  eachOf,
  isBits,
  refuse,
} from './checks.js'
import type { EmittingSubnets } from './EmissionPolicy.js'
import type { Reserves, SubnetPool } from './pools/SubnetPool.js'
import { assertReserves } from './pools/tradeChecks.js'

/**
 * Emitting subnets as a caller of `splitBlock` knows them: numbers and reserves, and of the rest what matters.
 * Without a column no alpha is out, the moving average is the spot price, nothing was burned, there is no stake on
 * root, and every subnet may get TAO. The spot price is the pool's.
 */
export type SplitSubnets<R extends Reserves = Reserves> = Pick<EmittingSubnets<R>, 'netuid' | 'reserves'> &
  Partial<Omit<EmittingSubnets<R>, 'netuid' | 'reserves' | 'priceBits'>>

const KNOWN = [
  'netuid',
  'reserves',
  'alphaOut',
  'movingPriceBits',
  'minerBurnedBits',
  'rootProportionBits',
  'emissionEnabled',
]

/** Checks every column and adds those that are missing. @throws InvalidArgumentError naming column and row. */
export function completeSubnets<R extends Reserves>(
  subnets: SplitSubnets<R>,
  pool: SubnetPool<R>,
): EmittingSubnets<R> {
  assertKnown(subnets, 'subnets', KNOWN)
  const {
    netuid,
    reserves,
    alphaOut,
    movingPriceBits,
    minerBurnedBits,
    rootProportionBits,
    emissionEnabled,
  } = subnets
  assertNetuids(netuid)
  const count = netuid.length
  assertEach(reserves, 'reserves', count, assertReserves)
  const priceBits = reserves.map((held) => priceOf(pool, held))
  const zeros = new Array<bigint>(count).fill(0n)
  const all = new Array<boolean>(count).fill(true)
  return {
    netuid,
    reserves,
    priceBits,
    alphaOut: given(alphaOut, zeros, 'alphaOut', assertU64),
    movingPriceBits: given(movingPriceBits, priceBits, 'movingPriceBits', assertBits),
    minerBurnedBits: given(minerBurnedBits, zeros, 'minerBurnedBits', assertBits),
    rootProportionBits: given(rootProportionBits, zeros, 'rootProportionBits', assertBits),
    emissionEnabled: given(emissionEnabled, all, 'emissionEnabled', assertFlag),
  }
}

function priceOf<R extends Reserves>(pool: SubnetPool<R>, held: R): bigint {
  const priceBits = pool.price(held)
  if (!isBits(priceBits))
    refuse(`pool ${pool.name}`, priceBits, 'A pool prices alpha with a bigint from 0n to 2^128 - 1.')
  return priceBits
}

type AssertOne = (value: unknown, field: string) => void

function given<T>(
  column: readonly T[] | undefined,
  otherwise: readonly T[],
  name: string,
  assertOne: AssertOne,
): readonly T[] {
  if (column === undefined) return otherwise
  assertEach(column, name, otherwise.length, assertOne)
  return column
}

function assertEach(column: readonly unknown[], name: string, length: number, assertOne: AssertOne): void {
  assertList(column, `subnets.${name}`)
  assertLength(column, `subnets.${name}`, length)
  eachOf(column, (value, row) => {
    assertOne(value, `subnets.${name}[${row}]`)
  })
}

function assertNetuids(netuids: readonly Netuid[]): void {
  assertList(netuids, 'subnets.netuid')
  let last = -1
  eachOf(netuids, (netuid, row) => {
    assertU16(netuid, `subnets.netuid[${row}]`)
    if (netuid <= last)
      refuse(`subnets.netuid[${row}]`, netuid, 'Name each subnet once, ascending by netuid.')
    last = netuid
  })
}
