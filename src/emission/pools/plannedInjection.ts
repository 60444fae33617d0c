import { alphaEmission } from '../blockEmission.js'
import { narrowed } from '../u64f64.js'
import { divide, fromInteger, multiply, subtract, toInteger } from '../u96f32.js'
import type { EmissionOffer, Injection, Reserves } from './SubnetPool.js'

/**
 * Divides a subnet's TAO of a block by its price: with the TAO goes as much alpha as it is worth, but no more than root's
 * proportion of the alpha minted; TAO above that is excess. The participants' alpha is the whole of what is minted.
 *
 * @param priceBits - raw U64F64; counted with 32 fractional bits.
 * @source spec: `spec/chain.md` 3.4
 */
export function plannedInjection(
  priceBits: bigint,
  { alphaIn }: Reserves,
  { taoBits, alphaOut, rootProportionBits }: EmissionOffer,
): Injection {
  const price = narrowed(priceBits)
  const mintedAlpha = alphaEmission(alphaIn, alphaOut)
  const worth = divide(taoBits, price)
  const most = multiply(rootProportionBits, fromInteger(mintedAlpha))
  const isCapped = worth > most
  const taoIn = isCapped ? multiply(most, price) : taoBits
  return {
    taoInRao: toInteger(taoIn),
    alphaIn: toInteger(isCapped ? most : worth),
    alphaOut: mintedAlpha,
    excessRao: toInteger(subtract(taoBits, taoIn)),
  }
}
