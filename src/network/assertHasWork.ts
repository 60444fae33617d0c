import { InvalidArgumentError } from '../errors/index.js'
import type { MinerSpec } from './specs.js'

/** A miner of a network has something to answer, and a synapse for its answer. @throws InvalidArgumentError for one that has not. */
export function assertHasWork(
  field: string,
  spec: Pick<MinerSpec<unknown, unknown>, 'answers'> & {
    answer?: unknown
    prepare?: unknown
    synapse?: unknown
    artefacts?: unknown
  },
  mechanism: { readonly synapse?: unknown },
): void {
  const part = spec.answer === undefined ? 'prepare' : 'answer'
  if (spec[part] !== undefined) {
    if ((spec.synapse ?? mechanism.synapse) !== undefined) return
    throw new InvalidArgumentError({
      field: `${field}.${part}`,
      value: spec[part],
      remedy:
        'The mechanism has no synapse of its own: pass answers, one answerTo(synapse, answer) for each that it asks.',
    })
  }
  if ((spec.answers?.length ?? 0) > 0 || spec.artefacts !== undefined) return
  throw new InvalidArgumentError({
    field: `${field}.answer`,
    value: undefined,
    remedy: 'Give each miner answer, prepare, answers or artefacts.',
  })
}
