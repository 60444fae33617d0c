import { InvalidArgumentError } from '../errors/index.js'

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
