import type { Uid } from '../../units/index.js'
import { immortalUids, isImmune, type ProtectionRule, type ReplacementCandidate } from './uidToReplace.js'

/** Of a trimmed subnet at least so many percent may not be protected. */
const PROTECTED_LIMIT_PERCENT = 80

/**
 * Who leaves when a subnet is trimmed to `mostUids`: the neurons that earned least, among equals those of the highest uids, but none that is in its
 * immunity period, and none of the owner's that are never replaced.
 *
 * @returns `null` when too many of those who would be left are protected.
 * @source spec: `spec/chain.md` 5.3
 */
export function uidsToTrim(
  neurons: readonly ReplacementCandidate[],
  rule: ProtectionRule,
  mostUids: number,
): ReadonlySet<Uid> | null {
  const excess = neurons.length - mostUids
  if (excess <= 0) return new Set()
  const immortal = immortalUids(neurons, rule)
  const free = neurons.filter((neuron) => !immortal.has(neuron.uid) && !isImmune(neuron, rule))
  const protectedCount = neurons.length - free.length
  if (mostUids === 0 || Math.floor((100 * protectedCount) / mostUids) >= PROTECTED_LIMIT_PERCENT) return null
  const byEarnings = free.sort((a, b) =>
    a.emissionAlpha === b.emissionAlpha ? b.uid - a.uid : a.emissionAlpha < b.emissionAlpha ? -1 : 1,
  )
  return new Set(byEarnings.slice(0, excess).map(({ uid }) => uid))
}
