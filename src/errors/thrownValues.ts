import { describeValue } from './argumentErrors.js'
import { printableName } from './printable.js'
import { ThrownValueError } from './ThrownValueError.js'

/** Most characters of somebody else's error in one of ours. */
const WORDS_LIMIT = 500

/**
 * What somebody else's code threw, as an error that can be read, said and sent to another process: as it is where it can, else one
 * with its text and stack. Never throws.
 */
export function portableError(thrown: unknown): Error {
  try {
    if (isReadable(thrown)) {
      structuredClone(thrown)
      return thrown
    }
  } catch {
    // It holds what cannot be cloned, or is a proxy, or has getters that throw.
  }
  return new ThrownValueError({
    said: wordsOfThrown(thrown),
    ...(isError(thrown) ? { stack: stackOf(thrown) } : {}),
  })
}

/** What was thrown, in words: `TypeError: no task` of an error, else a description. Never throws. */
export function wordsOfThrown(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return describeValue(thrown)
    const { name, message } = thrown
    return printableName(`${name}: ${message}`, WORDS_LIMIT)
  } catch {
    return 'an error that cannot be shown'
  }
}

/** Where an error says that it was thrown, as its stack's first place; empty where it does not say. */
export function placeOf(error: Error): string {
  const line = stackOf(error)
    ?.split('\n')
    .find((line) => /^\s+at /.test(line))
  return line?.trim() ?? ''
}

function isError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error
  } catch {
    return false
  }
}

/** Everybody may write anything into an error. */
function isReadable(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false
  const { name, message, stack } = thrown as { name: unknown; message: unknown; stack: unknown }
  return (
    typeof name === 'string' &&
    typeof message === 'string' &&
    (stack === undefined || typeof stack === 'string')
  )
}

function stackOf(error: Error): string | undefined {
  try {
    const { stack } = error as { stack?: unknown }
    return typeof stack === 'string' ? stack : undefined
  } catch {
    return undefined
  }
}
