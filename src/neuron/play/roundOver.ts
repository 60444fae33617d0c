import type { CanonicalValue } from '../../codec/index.js'
import type { Round } from '../../mechanism/index.js'
import { LiveRound, type LiveRoundParts } from './LiveRound.js'

/**
 * A round that asks through a client, such as a `Dendrite`: what a validator hands to `play`, for whoever plays one by hand. In a test `roundOf` of `subnetkit/testing` makes it.
 *
 * @example
 * ```ts
 * import type { ProtocolMechanism } from 'subnetkit/mechanism'
 * import { type LiveRoundParts, roundOver } from 'subnetkit/neuron'
 *
 * const playOnce = (mechanism: ProtocolMechanism, parts: LiveRoundParts<null>): Promise<object> =>
 *   mechanism.play(roundOver(parts))
 * ```
 */
export function roundOver<State extends CanonicalValue>(parts: LiveRoundParts<State>): Round<State> {
  return new LiveRound(parts)
}
