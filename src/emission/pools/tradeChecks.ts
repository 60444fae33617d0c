import { assertFlag, assertKnown, assertObject, assertU64 } from '../checks.js'
import type { Reserves, TradeTerms } from './SubnetPool.js'

const TERMS = ['limitRaoPerAlpha', 'takesFee']

/** What every pool asks of the arguments of a trade; reserves may hold more. @throws InvalidArgumentError */
export function assertTrade(reserves: Reserves, terms: TradeTerms): void {
  assertReserves(reserves, 'reserves')
  assertTerms(terms)
}

/** @throws InvalidArgumentError naming the term that is wrong. */
export function assertTerms(terms: TradeTerms): void {
  assertKnown(terms, 'terms', TERMS)
  if (terms.limitRaoPerAlpha !== undefined) assertU64(terms.limitRaoPerAlpha, 'terms.limitRaoPerAlpha')
  if (terms.takesFee !== undefined) assertFlag(terms.takesFee, 'terms.takesFee')
}

/** @throws InvalidArgumentError naming the reserve that is no amount. */
export function assertReserves(reserves: unknown, field: string): void {
  assertObject(reserves, field)
  const { taoRao, alphaIn } = reserves as Reserves
  assertU64(taoRao, `${field}.taoRao`)
  assertU64(alphaIn, `${field}.alphaIn`)
}
