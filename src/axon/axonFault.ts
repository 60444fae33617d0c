import { BaseError, placeOf, portableError, wordsOfThrown } from '../errors/index.js'
import type { Fault } from '../log/index.js'
import type { FaultEvent } from './events.js'

/** What a person is told of a fault in what an axon was given. */
export function axonFault({ part, synapse, caller, requestId, cause }: FaultEvent): Fault {
  const err = portableError(cause)
  const what = synapse === undefined ? `A ${part} of an axon` : `The ${part} of synapse ${synapse}`
  const message =
    err === cause && err instanceof BaseError
      ? [err.shortMessage, ...err.hints].join(' ')
      : `${what} threw ${wordsOfThrown(cause)}. ${remedyOf(part)}`
  return {
    // By kind and place, not by its text, which holds the values of one occurrence.
    cause: `axon ${part} ${synapse ?? ''} ${err.name} ${placeOf(err)}`,
    message,
    fields: { synapse, caller, requestId, err },
  }
}

function remedyOf(part: FaultEvent['part']): string {
  if (part === 'listener') return 'It was dropped: mend it and listen again.'
  if (part === 'standing') return 'The caller counted as a stranger: mend it.'
  if (part === 'handler') return 'Its caller was told that the handler failed: mend it.'
  return 'The call was refused: mend it.'
}
