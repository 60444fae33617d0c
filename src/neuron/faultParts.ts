import { check, instance } from '../checks/index.js'
import { placeOf, printable } from '../errors/index.js'
import type { Fault } from '../log/index.js'
import { MechanismError } from '../mechanism/index.js'
import { SchemaMismatchError } from '../synapse/index.js'

/** Most characters of somebody else's words in a message. */
const WORDS_LIMIT = 1_000

/** A fault that an error tells of: the same error from the same place is the same fault. */
export function faultOfError(
  details: { about: string; says: string; remedy?: string; fields: Fault['fields'] },
  error: Error,
): Fault {
  check('event.error', instance(Error), error)
  const { about, says, remedy, fields } = details
  const message = [says, sentence(error), ...(remedy === undefined ? [] : [remedy])].join(' ')
  const underneath = underlying(error)
  return {
    cause: `${about}: ${originOf(error)}`,
    message,
    fields: underneath === undefined ? fields : { ...fields, err: underneath },
  }
}

/** The error's own words, as a sentence. */
export function sentence(error: Error): string {
  const isOurs = 'shortMessage' in error
  const words = printable(isOurs ? error.message : `${error.name}: ${error.message}`, WORDS_LIMIT)
  return /[.!?…]$/.test(words) ? words : `${words}.`
}

/** Where an error comes from, without the values of one occurrence. */
function originOf(error: Error): string {
  if (error instanceof MechanismError && error.fault !== 'threw') return `${error.method} ${error.fault}`
  if (error instanceof SchemaMismatchError) {
    return `${error.synapse} ${error.part} ${error.issues[0]?.path} ${error.issues[0]?.message}`
  }
  const innermost = underlying(error) ?? error
  return `${innermost.name} ${placeOf(innermost)}`
}

/** The error whose stack a person wants to see; `undefined` where the sentence says it all. */
function underlying(error: Error): Error | undefined {
  if (error instanceof SchemaMismatchError) return undefined
  if (error instanceof MechanismError)
    return error.fault === 'threw' && error.cause instanceof Error ? error.cause : undefined
  return error
}
