import { asColdkey } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import { drawnColdkeys } from '../money/autoClaims.js'
import { claimRootDividends } from '../money/claimRootDividends.js'

/**
 * Claims the root dividends of some coldkeys that the hash of the block before draws; for each of them all or nothing.
 *
 * @source spec: `spec/chain.md` 1.3 step 9, 10.6
 * PERF: `rootClaimsPerBlock` claims, each of all that a coldkey has on root, times the subnets where it earned.
 */
export function claimForDrawn(context: BlockContext): void {
  const { state, config, parentHash } = context
  for (const coldkey of drawnColdkeys(state, parentHash, config.rootClaimsPerBlock)) {
    const refused = claimRootDividends(context, coldkey, null)
    if (refused === null) continue
    context.emit('RootClaimFailed', null, {
      coldkey: asColdkey(state.addressOf(coldkey)),
      error: refused.error,
    })
  }
}
