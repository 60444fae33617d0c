import { type Finding, fine, notTried, problem } from './findings.js'
import type { RawLook } from './rawLook.js'

/** `Date` of HTTP tells whole seconds. */
const RESOLUTION_MS = 1_000
const WARN_MS = 5_000
const FAIL_MS = 60_000

/** How far its clock is from this machine's, by the header `Date` of its answer to plain HTTP. */
export function skew({ date }: Pick<RawLook, 'date'>): Finding {
  if (date === undefined) {
    const remedy = 'Compare the clocks by hand, or keep both with NTP.'
    return notTried('clock', 'Its answer to plain HTTP names no time.', remedy)
  }
  // It was rounded down: on average the half of a second is missing.
  const skewMs = Math.round(date.theirsMs + RESOLUTION_MS / 2 - date.oursMs)
  const facts = { skewMs, resolutionMs: RESOLUTION_MS }
  const seconds = (Math.abs(skewMs) / 1_000).toFixed(1)
  if (Math.abs(skewMs) <= WARN_MS)
    return fine('clock', `Its clock and this one agree within ${seconds} s.`, facts)
  const says = `Its clock is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} this one.`
  const remedy =
    'Keep both machines on time with NTP: requests that carry a time are refused when it is old or to come.'
  return problem('clock', Math.abs(skewMs) <= FAIL_MS ? 'warning' : 'failed', { says, remedy, facts })
}
