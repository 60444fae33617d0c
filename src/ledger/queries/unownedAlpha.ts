import { optional, shape } from '../../checks/index.js'
import { type Alpha, asColdkey, asHotkey, type Coldkey, type Hotkey, type Netuid } from '../../units/index.js'
import { rootClaimFacts } from '../money/rootClaims.js'
import { hotkeyAlpha } from '../money/stake.js'
import { rootOwedAlpha } from '../rules/rootClaim.js'
import { type AccountId, accountOf, ROOT } from '../state/account.js'
import { address } from '../state/columns.js'
import type { LedgerState } from '../state/LedgerState.js'
import { pendings, reserves, rootClaimRatesByNetuid, shares, stakes } from '../state/tables.js'
import { limit, MAX_PAGE, netuid } from './arguments.js'
import { argument, defineQuery, leftOut } from './defineQuery.js'
import { pageOf } from './page.js'

/** Where alpha that somebody owns is looked for: with a hotkey, or with those who stake on root through it, from a coldkey on. */
export interface OwnedAlphaPlace {
  readonly hotkey: Hotkey
  readonly coldkey?: Coldkey | undefined
}

/** Whose the alpha outside a subnet's pool is, and what is left over. */
export interface UnownedAlphaView {
  readonly alphaOut: Alpha
  /** Waits for the next epoch. */
  readonly pendingAlpha: Alpha
  /** Bought by the chain with TAO too much for the pool. */
  readonly protocolAlpha: Alpha
  /** Staked to the hotkeys of this page. */
  readonly stakedAlpha: Alpha
  /** Root dividends that somebody of this page could claim. */
  readonly claimableAlpha: Alpha
  /**
   * What is left of `alphaOut`: lost to rounding, burned, dividends that nobody earned. Below 0 where more was paid than there was: incentives are
   * paid as the epoch rounded them. `null` where this page is not all there is: take `stakedAlpha` and `claimableAlpha` of all pages from what the first
   * three leave, at one block.
   */
  readonly unownedAlpha: Alpha | null
  /** What to ask with as `from` for the next page; `null` after the last. */
  readonly next: OwnedAlphaPlace | null
}

interface Place {
  readonly hotkey: AccountId
  /** `null` for the hotkey's own stake. */
  readonly coldkey: AccountId | null
}

const from = leftOut(
  argument<OwnedAlphaPlace>(
    shape<OwnedAlphaPlace>({ hotkey: address.check, coldkey: optional(address.check) }),
  ),
)

/**
 * What of a subnet's alpha nobody owns, with all that it is the rest of; `null` where there is no subnet. Derived: it is stored nowhere. Where a thousand
 * and more have a part in it, it comes in pages.
 *
 * @source spec: `spec/chain.md` 11.6
 * PERF: three look-ups per hotkey with stake on the subnet, and per position on root of those that earned root dividends here: at most 1,000 of both a page.
 */
export const unownedAlpha = defineQuery(
  { netuid, from, limit },
  ({ state }, args): UnownedAlphaView | null => {
    if (state.findSubnet(args.netuid) === undefined) return null
    const { alphaOut, protocolAlpha } = state.row(reserves, args.netuid)
    const { serverAlpha, validatorAlpha, ownerCutAlpha, rootAlpha } = state.row(pendings, args.netuid)
    const pendingAlpha = serverAlpha + validatorAlpha + ownerCutAlpha + rootAlpha
    let [stakedAlpha, claimableAlpha] = [0n, 0n]
    const { next } = pageOf(
      placesOf(state, args.netuid, args.from),
      { entries: args.limit ?? MAX_PAGE },
      ({ hotkey, coldkey }) => {
        if (coldkey === null) stakedAlpha += hotkeyAlpha(state, args.netuid, hotkey)
        else claimableAlpha += rootOwedAlpha(rootClaimFacts(state, { netuid: args.netuid, hotkey, coldkey }))
        return null
      },
      ({ hotkey, coldkey }): OwnedAlphaPlace => ({
        hotkey: asHotkey(state.addressOf(hotkey)),
        ...(coldkey === null ? {} : { coldkey: asColdkey(state.addressOf(coldkey)) }),
      }),
    )
    const isAll = next === null && args.from === undefined
    return {
      alphaOut,
      pendingAlpha,
      protocolAlpha,
      stakedAlpha,
      claimableAlpha,
      unownedAlpha: isAll ? alphaOut - pendingAlpha - protocolAlpha - stakedAlpha - claimableAlpha : null,
      next,
    }
  },
)

/** Hotkeys with stake or root dividends on a subnet, ascending, each with those who stake on root through it where it earned any. */
function* placesOf(state: LedgerState, netuid: Netuid, first: OwnedAlphaPlace | undefined): Generator<Place> {
  const hotkeyFrom = first && accountOf(first.hotkey)
  const coldkeyFrom = first?.coldkey && accountOf(first.coldkey)
  const begin = hotkeyFrom && ([netuid, hotkeyFrom] as const)
  const staked = keysOf(state.rangeFrom(stakes, [netuid], begin))
  const earning = keysOf(state.rangeFrom(rootClaimRatesByNetuid, [netuid], begin))
  for (const { hotkey, isInSecond } of merged(staked, earning)) {
    const goesOn = hotkey === hotkeyFrom && coldkeyFrom !== undefined
    if (!goesOn) yield { hotkey, coldkey: null }
    if (!isInSecond) continue
    const start = goesOn ? ([ROOT, hotkey, coldkeyFrom] as const) : undefined
    for (const [[, , coldkey]] of state.rangeFrom(shares, [ROOT, hotkey], start)) yield { hotkey, coldkey }
  }
}

function* keysOf(
  rows: Iterable<readonly [readonly [Netuid, AccountId], unknown]>,
): Generator<AccountId, undefined> {
  for (const [[, hotkey]] of rows) yield hotkey
}

/** What is in either of two ascending lists, once. */
function* merged(
  first: Iterator<AccountId, undefined>,
  second: Iterator<AccountId, undefined>,
): Generator<{ readonly hotkey: AccountId; readonly isInSecond: boolean }> {
  let a = first.next().value
  let b = second.next().value
  while (a !== undefined || b !== undefined) {
    const hotkey = b === undefined || (a !== undefined && a < b) ? (a as AccountId) : b
    const isInSecond = hotkey === b
    yield { hotkey, isInSecond }
    if (hotkey === a) a = first.next().value
    if (isInSecond) b = second.next().value
  }
}
