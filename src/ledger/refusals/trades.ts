import type { Alpha, Netuid, Rao } from '../../units/index.js'
import { eventField, holds } from '../events.js'
import { reason, reasons } from './reason.js'

const limit = eventField<Rao | null>('Rao or null')

/** What was tried of a pool; a limit of `null` is none. */
export type TriedTrade =
  | {
      readonly because: 'buying'
      readonly netuid: Netuid
      readonly offeredRao: Rao
      readonly limitRaoPerAlpha: Rao | null
    }
  | {
      readonly because: 'selling'
      readonly netuid: Netuid
      readonly offeredAlpha: Alpha
      readonly limitRaoPerAlpha: Rao | null
    }

const BUYING = { netuid: holds.netuid, offeredRao: holds.rao, limitRaoPerAlpha: limit }
const SELLING = { netuid: holds.netuid, offeredAlpha: holds.alpha, limitRaoPerAlpha: limit }

/** Why a pool does not trade. `buying` and `selling` are what was tried; a limit of `null` is none. */
export const tradeRefusals = {
  PriceLimitExceeded: reasons({
    buying: reason({
      data: BUYING,
      says: 'Alpha of subnet {netuid} costs as much as the limit per alpha, {limitRaoPerAlpha}, before {offeredRao} are spent.',
      remedy: 'Raise the limit, or wait until alpha is cheaper: the query subnet shows the price.',
    }),
    selling: reason({
      data: SELLING,
      says: 'Alpha of subnet {netuid} brings no more than the limit per alpha, {limitRaoPerAlpha}, before {offeredAlpha} is sold.',
      remedy: 'Lower the limit, or wait until alpha is dearer: the query subnet shows the price.',
    }),
  }),
  ReservesTooLow: reasons({
    buying: reason({
      data: BUYING,
      says: 'The pool of subnet {netuid} holds too little alpha, or {offeredRao} buys none.',
      remedy: 'Offer more, or another subnet: a pool trades with at least 1000000 units of what it pays out.',
    }),
    selling: reason({
      data: SELLING,
      says: 'The pool of subnet {netuid} holds too little TAO, or {offeredAlpha} sells for none.',
      remedy: 'Sell more, or later: a pool trades with at least 1000000 units of what it pays out.',
    }),
  }),
  SwapInputTooLarge: reasons({
    buying: reason({
      data: BUYING,
      says: '{offeredRao} is more than a thousand times the TAO in the pool of subnet {netuid}, or no amount brings its price to the limit.',
      remedy: 'Offer less, or set a lower limit.',
    }),
    selling: reason({
      data: SELLING,
      says: '{offeredAlpha} is more than a thousand times the alpha in the pool of subnet {netuid}, or no amount brings its price to the limit.',
      remedy: 'Sell less, or set a higher limit.',
    }),
  }),
  InsufficientLiquidity: reasons({
    buying: reason({
      data: BUYING,
      says: 'The pool of subnet {netuid} cannot sell alpha for {offeredRao}.',
      remedy: 'Offer less: the query subnet shows what the pool has.',
    }),
    selling: reason({
      data: SELLING,
      says: 'The pool of subnet {netuid} cannot buy {offeredAlpha}.',
      remedy: 'Sell less: the query subnet shows what the pool has.',
    }),
    tooMuchTao: reason({
      data: { netuid: holds.netuid, offeredRao: holds.rao, mostRao: holds.rao },
      says: '{offeredRao} is more than a thousand times the TAO in the pool of subnet {netuid}.',
      remedy: 'Stake at most {mostRao}.',
    }),
    tooMuchAlpha: reason({
      data: { netuid: holds.netuid, offeredAlpha: holds.alpha, mostAlpha: holds.alpha },
      says: '{offeredAlpha} is more than a thousand times the alpha in the pool of subnet {netuid}.',
      remedy: 'Take out at most {mostAlpha} at once.',
    }),
    buysNothing: reason({
      data: { netuid: holds.netuid, offeredRao: holds.rao },
      says: '{offeredRao} buys no alpha of subnet {netuid}.',
      remedy: 'Stake more.',
    }),
    lostBesideStake: reason({
      data: { netuid: holds.netuid, hotkey: holds.hotkey, amountAlpha: holds.alpha },
      says: '{amountAlpha} is too little to change the stake on {hotkey} on subnet {netuid}.',
      remedy: 'Stake more at once, or to another hotkey.',
    }),
    lessOutside: reason({
      data: { netuid: holds.netuid, amountAlpha: holds.alpha, outsideAlpha: holds.alpha },
      says: 'Subnet {netuid} has {outsideAlpha} outside its pool, less than the {amountAlpha} to be given up.',
      remedy: 'Give up at most {outsideAlpha}.',
    }),
  }),
}
