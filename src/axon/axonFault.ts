import { BaseError } from '../errors/index.js'
import type { Fault } from '../log/index.js'
import type { FaultEvent } from './events.js'

/** What a person is told of a fault in what an axon was given. */
export function axonFault({ part, synapse, caller, cause }: FaultEvent): Fault {
  const what = part === 'listener' ? 'A listener of an axon' : `The ${part} of synapse ${synapse ?? '?'}`
  const message =
    cause instanceof BaseError
      ? [cause.shortMessage, ...cause.hints].join(' ')
      : `${what} threw ${textOf(cause)}. ${remedyOf(part)}`
  return {
    cause: `axon ${part} ${synapse ?? ''} ${originOf(cause)}`,
    message,
    fields: { synapse, caller, err: cause },
  }
}

function remedyOf(part: FaultEvent['part']): string {
  if (part === 'listener') return 'It was dropped: mend it and listen again.'
  if (part === 'handler') return 'Its caller was told that the handler failed: mend it.'
  return 'The call was refused: mend it.'
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : `what is no Error (${typeof cause})`
}

/** Tells causes apart by kind and place, not by their text, which holds the values of one occurrence. */
function originOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause
  const frame = cause.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? ''
  return `${cause.name}${frame}`
}
