import type { EpochInput } from '../consensus/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import { checkEpochInput } from './checks.js'

/**
 * The error of one subnet as an error of the batch it is in: the field is named with the subnet before it.
 *
 * @throws `error` itself when it names no argument.
 */
export function errorOfSubnet(error: unknown, k: number): InvalidArgumentError {
  if (!(error instanceof InvalidArgumentError)) throw error
  return new InvalidArgumentError({
    field: `subnets[${k}].${error.field}`,
    value: error.value,
    remedy: error.hints.join(' '),
    cause: error,
  })
}

/** Names what is wrong with the input of a subnet that an engine has refused. */
export function refusalOf(input: EpochInput, k: number): InvalidArgumentError {
  try {
    checkEpochInput(input)
  } catch (error) {
    return errorOfSubnet(error, k)
  }
  assert(false, `subnet ${k} was refused, and nothing is wrong with it`)
}
