import { asColdkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { drawnColdkeys } from '../money/autoClaims.js'
import { claimRootDividends } from '../money/claimRootDividends.js'
import { coldkeysOwedNothing } from '../money/nothingOwed.js'

/**
 * Claims the root dividends of some coldkeys that the hash of the block before draws; for each of them all or nothing.
 *
 * @source spec: `spec/chain.md` 1.3 step 9, 10.6
 * PERF: `rootClaimsPerBlock` claims, each of all that a coldkey has on root, times the subnets where it earned; nothing of those that were found to be owed nothing while
 *   neither stake nor dividends have changed.
 */
export function claimForDrawn(context: BlockContext): void {
  const { state, config, parentHash } = context
  const { autoClaims } = state.chain
  if (autoClaims === 0 || coldkeysOwedNothing(state).size === autoClaims) return
  for (const coldkey of drawnColdkeys(state, parentHash, config.rootClaimsPerBlock)) {
    const owedNothing = coldkeysOwedNothing(state)
    if (owedNothing.has(coldkey)) continue
    const refused = claimRootDividends(context, coldkey, null)
    if (refused === null) {
      // Another set where a claim has changed anything.
      if (coldkeysOwedNothing(state) === owedNothing) owedNothing.add(coldkey)
      continue
    }
    context.emit('RootClaimFailed', null, {
      coldkey: asColdkey(state.addressOf(coldkey)),
      error: refused.error,
    })
  }
}
