import type { Netuid } from '../../units/index.js'
import { type SetWeightsFacts, tooFast } from '../rules/checkSetWeights.js'

type Wait =
  | NonNullable<ReturnType<typeof tooFast>>
  | { readonly because: 'noMechanism'; readonly netuid: Netuid; readonly mechanism: number }

/**
 * Whether a registered hotkey comes too soon, as the reference asks before it takes in a signed call that sets weights or commits to them, and
 * again in the block. Under a mechanism that is not there it always does.
 */
export function tooFastForGuard(facts: SetWeightsFacts): Wait | null {
  const { uid, netuid, mechanism, mechanismExists } = facts
  if (uid === null) return null
  return mechanismExists ? tooFast(facts) : { because: 'noMechanism', netuid, mechanism }
}
