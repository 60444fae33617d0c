import { alpha, rao, u16, wholeNumber } from '../../checks/index.js'
import type { Address, Alpha, Coldkey, Hotkey, Netuid, Rao } from '../../units/index.js'
import { blockHash } from '../signedCall.js'
import { address as addressColumn } from '../state/columns.js'
import { argument, leftOut } from './defineQuery.js'

/** Most entries of a page. */
export const MAX_PAGE = 1_000
/** Entries of a page when not said otherwise. */
export const DEFAULT_PAGE = 100

export const netuid = argument<Netuid>(u16())
export const address = argument<Address>(addressColumn.check)
export const hotkey = argument<Hotkey>(addressColumn.check)
export const coldkey = argument<Coldkey>(addressColumn.check)
/** A mechanism of a subnet; the first when not said otherwise. */
export const mechanism = leftOut(argument<number>(u16()))
export const amountRao = argument<Rao>(rao())
export const amountAlpha = argument<Alpha>(alpha())
/** Price that a trade may move to and not past; none when not said otherwise. */
export const limitRaoPerAlpha = leftOut(argument<Rao>(rao()))
/** Hex, 32 bytes. */
export const hash = argument<string>(blockHash)
/** Entries of a page at most. */
export const limit = leftOut(argument<number>(wholeNumber({ min: 1, max: MAX_PAGE })))
