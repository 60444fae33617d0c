import type { CanonicalValue } from '../../codec/index.js'
import type { Round } from '../../mechanism/index.js'
import { type GivenArtefact, GivenArtefacts } from '../artefacts/GivenArtefacts.js'
import { Doorway } from './Doorway.js'
import { LiveRound, type LiveRoundParts } from './LiveRound.js'

/** What such a round is made of. */
export type RoundOverParts<State extends CanonicalValue> = Omit<
  LiveRoundParts<State>,
  'doorway' | 'artefacts'
> & {
  /** What miners committed to, of a kind; it may throw. Default: nothing is had here. */
  readonly artefacts?: (kind: string) => readonly GivenArtefact[]
}

/**
 * A round that asks through a client, such as a `Dendrite`: what a validator hands to `play`, for whoever plays one by hand. In a test `roundOf` of `subnetkit/testing` makes it.
 *
 * @example
 * ```ts
 * import type { ProtocolMechanism } from 'subnetkit/mechanism'
 * import { roundOver, type RoundOverParts } from 'subnetkit/neuron'
 *
 * const playOnce = (mechanism: ProtocolMechanism, parts: RoundOverParts<null>): Promise<object> =>
 *   mechanism.play(roundOver(parts))
 * ```
 */
export function roundOver<State extends CanonicalValue>(parts: RoundOverParts<State>): Round<State> {
  const { artefacts: given, ...rest } = parts
  const artefacts = given === undefined ? {} : { artefacts: new GivenArtefacts(given, parts) }
  return new LiveRound({ ...rest, ...artefacts, doorway: new Doorway() })
}
