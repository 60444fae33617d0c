import { InvalidArgumentError } from '../errors/index.js'
import type { MinerSpec } from './specs.js'

/** A miner of a network has something to answer. @throws InvalidArgumentError for one that has not. */
export function assertHasWork(
  field: string,
  spec: Pick<MinerSpec<unknown, unknown>, 'answers'> & { answer?: unknown; prepare?: unknown },
): void {
  if (spec.answer !== undefined || spec.prepare !== undefined || (spec.answers?.length ?? 0) > 0) return
  throw new InvalidArgumentError({
    field: `${field}.answer`,
    value: undefined,
    remedy: 'Give each miner answer, prepare or answers.',
  })
}
