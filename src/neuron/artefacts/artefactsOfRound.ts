import type { CanonicalValue } from '../../codec/index.js'
import { pinsOf } from '../callMechanism.js'
import type { RoundInput } from '../runRound.js'
import { addressIn } from '../sampleMiners.js'
import { RoundArtefacts, type RoundArtefactsParts } from './RoundArtefacts.js'

/**
 * The artefacts that a round may ask for; what the mechanism's state names stays in the library.
 *
 * @throws MechanismError when the mechanism does not say what is to be kept.
 */
export function artefactsOfRound<State extends CanonicalValue>(
  parts: Pick<RoundArtefactsParts, 'library' | 'pool' | 'genesisHash' | 'clock' | 'signal'>,
  {
    mechanism,
    metagraph,
    header,
    state,
  }: Pick<RoundInput<State>, 'mechanism' | 'metagraph' | 'header' | 'state'>,
): RoundArtefacts {
  parts.library.pins = pinsOf(mechanism, state)
  return new RoundArtefacts({
    ...parts,
    metagraph,
    block: header.number,
    addressOf: (hotkey) => addressIn(metagraph, hotkey),
  })
}
