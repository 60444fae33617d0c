import type { EpochInput } from '../consensus/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import { checkEpochInput } from './checks.js'

/**
 * Work on one subnet of a batch: an error that names an argument names the subnet before it.
 *
 * @throws InvalidArgumentError naming the field with its subnet; any other error as it is.
 */
export function inSubnet<T>(k: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error
    throw new InvalidArgumentError({
      field: `subnets[${k}].${error.field}`,
      value: error.value,
      remedy: error.hints.join(' '),
      cause: error,
    })
  }
}

/** Names what is wrong with the input of a subnet that an engine has refused. */
export function assertRefused(input: EpochInput, k: number): never {
  inSubnet(k, () => checkEpochInput(input))
  assert(false, `subnet ${k} was refused, and nothing is wrong with it`)
}
