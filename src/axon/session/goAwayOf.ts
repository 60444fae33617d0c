import type { ServerMessage } from '../../synapse/index.js'
import { closeCodes } from '../../transport/index.js'

/**
 * The sealed word before a session that is closed on purpose. The close code itself is not sealed: whoever is between the peers can say
 * another, so callers learn from this word alone what was not read.
 */
export function goAwayOf(code: number, unreadFrom: number): ServerMessage {
  return {
    kind: 'goAway',
    unreadFrom,
    status: code === closeCodes.tooManyConnections ? 'overloaded' : 'unreachable',
  }
}
