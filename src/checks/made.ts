import { InvalidArgumentError } from '../errors/index.js'

/** What a class hands its own constructor, so that it knows who calls: to plain JavaScript no constructor is private. */
export const made: unique symbol = Symbol('made by the library')

/**
 * @param how - what to call instead of `new`.
 * @throws InvalidArgumentError for whoever calls the constructor of a class that is made in another way.
 */
export function assertMade(mark: typeof made, name: string, how: string): void {
  if (mark === made) return
  throw new InvalidArgumentError({ field: `new ${name}`, value: mark, remedy: `Call ${how} instead.` })
}
