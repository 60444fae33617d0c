import { ThrownValueError } from '../errors/index.js'

/**
 * What was thrown, as an error that an event can carry from process to process: as it is where it can be cloned, else one with
 * its text and stack.
 */
export function eventError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new ThrownValueError({ thrown })
  try {
    structuredClone(thrown)
    return thrown
  } catch {
    return new ThrownValueError({ thrown })
  }
}
