import type { Status } from './types.js'

/** What a status is on the wire, over HTTP, and in words. */
export interface StatusEntry {
  /** Number on the wire. */
  readonly wire: number
  /** The HTTP status that means the same. */
  readonly http: number
  /** One sentence for a person; the only text about a failure that a caller ever sees. */
  readonly meaning: string
}

/** The closed set of statuses, in one table. */
export const statusTable: Readonly<Record<Status, StatusEntry>> = {
  ok: { wire: 0, http: 200, meaning: 'Answered.' },
  malformed: { wire: 1, http: 400, meaning: 'The request or the answer does not fit the schema.' },
  unknownSynapse: { wire: 2, http: 404, meaning: 'The server has no handler of that name.' },
  forbidden: { wire: 3, http: 403, meaning: 'The server does not serve this caller or this request.' },
  overloaded: { wire: 4, http: 429, meaning: 'A limit was reached: of calls at once, or of a quota.' },
  tooLarge: { wire: 5, http: 413, meaning: 'The message exceeds the size limit.' },
  timeout: { wire: 6, http: 504, meaning: 'The deadline passed.' },
  failed: { wire: 7, http: 500, meaning: 'The handler failed.' },
  unauthenticated: { wire: 8, http: 401, meaning: 'The peer did not prove who it is.' },
  unreachable: { wire: 9, http: 503, meaning: 'There is no connection, or it was lost before the answer.' },
  cancelled: { wire: 10, http: 499, meaning: 'The caller cancelled the call.' },
}

const byWire: readonly Status[] = /* @__PURE__ */ statusesByWire()

/** The status of a wire number, undefined for a number outside the set. */
export function statusOfWire(wire: unknown): Status | undefined {
  return typeof wire === 'number' ? byWire[wire] : undefined
}

function statusesByWire(): Status[] {
  const statuses: Status[] = []
  for (const [status, entry] of Object.entries(statusTable)) statuses[entry.wire] = status as Status
  return statuses
}
