import { shape, u16 } from '../../checks/index.js'
import { type Alpha, asHotkey, type Netuid } from '../../units/index.js'
import { isInAutoClaims } from '../money/autoClaims.js'
import { rootClaimFacts } from '../money/rootClaims.js'
import { type Position, positionValue } from '../money/stake.js'
import { placeOfHotkey } from '../money/stakingHotkeys.js'
import { rootClaimAlpha, rootOwedAlpha } from '../rules/rootClaim.js'
import { type AccountId, accountOf, ROOT } from '../state/account.js'
import { address } from '../state/columns.js'
import type { LedgerState } from '../state/LedgerState.js'
import { rootClaimRates, stakers, stakingHotkeys } from '../state/tables.js'
import { coldkey, DEFAULT_PAGE, limit, MAX_PAGE } from './arguments.js'
import { argument, defineQuery, leftOut } from './defineQuery.js'
import { type Page, pageOf } from './page.js'
import type { PositionPlace } from './positions.js'

/** Root dividends that a coldkey has not claimed. */
export interface RootClaimView extends PositionPlace {
  readonly owedAlpha: Alpha
  /** Whether it is enough for a claim to pay it. */
  readonly isClaimable: boolean
}

const from = leftOut(argument<PositionPlace>(shape<PositionPlace>({ netuid: u16(), hotkey: address.check })))

/**
 * Root dividends that a coldkey is owed, in the order in which a claim takes them: by the order in which it first staked to hotkeys, and by netuid. A
 * page may be short, or empty, and not the last: it looks at no more than 1,000 places.
 *
 * PERF: four look-ups per place that it looks at.
 */
export const rootClaims = defineQuery(
  { coldkey, from, limit },
  ({ state }, args): Page<RootClaimView, PositionPlace> => {
    const owner = accountOf(args.coldkey)
    return pageOf(
      placesOf(state, owner, args.from),
      { entries: args.limit ?? DEFAULT_PAGE, looked: MAX_PAGE },
      (place) => viewOf(state, place),
      ({ netuid, hotkey }) => ({ netuid, hotkey: asHotkey(state.addressOf(hotkey)) }),
    )
  },
)

/** What becomes of a coldkey's root dividends, and whether they are claimed by themselves. PERF: two look-ups. */
export const rootClaimType = defineQuery({ coldkey }, ({ state }, args) => {
  const owner = accountOf(args.coldkey)
  const { rootClaim, keptNetuids } = state.getOrBlank(stakers, owner)
  return {
    rootClaim,
    /** Empty but for `KeepSubnets`. */
    keptNetuids: [...keptNetuids],
    isAutomatic: isInAutoClaims(state, owner),
  }
})

/** Hotkeys and subnets where there may be something to claim; a hotkey without any stands with root, on which nothing is. */
function* placesOf(
  state: LedgerState,
  owner: AccountId,
  first: PositionPlace | undefined,
): Generator<Position> {
  const hotkeyFrom = first && accountOf(first.hotkey)
  const place = hotkeyFrom === undefined ? 0 : placeOfHotkey(state, owner, hotkeyFrom)
  if (place === undefined) return
  for (const [, hotkey] of state.rangeFrom(stakingHotkeys, [owner], [owner, place])) {
    const netuidFrom: Netuid = hotkey === hotkeyFrom ? (first?.netuid ?? ROOT) : ROOT
    const onRoot = { netuid: ROOT, hotkey, coldkey: owner }
    const rates =
      positionValue(state, onRoot) === 0n
        ? []
        : state.rangeFrom(rootClaimRates, [hotkey], [hotkey, netuidFrom])
    if (netuidFrom === ROOT) yield onRoot
    for (const [[, netuid]] of rates) yield { ...onRoot, netuid }
  }
}

function viewOf(state: LedgerState, position: Position): RootClaimView | undefined {
  const { netuid, hotkey } = position
  const facts = rootClaimFacts(state, position)
  const owedAlpha = rootOwedAlpha(facts)
  if (owedAlpha === 0n) return undefined
  return {
    netuid,
    hotkey: asHotkey(state.addressOf(hotkey)),
    owedAlpha,
    isClaimable: rootClaimAlpha(facts, state.hyperparameters(netuid).rootClaimThresholdAlpha) > 0n,
  }
}
