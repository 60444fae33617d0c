import { InvalidArgumentError } from '../errors/index.js'

/** @throws InvalidArgumentError that says which names there are. */
export function unknownName(name: string, known: ReadonlyMap<string, unknown>): never {
  throw new InvalidArgumentError({
    field: 'name',
    value: name,
    remedy: `Pass one of ${[...known.keys()].join(', ')}.`,
  })
}
