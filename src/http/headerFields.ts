/** Headers of a request by lower-case name; `undefined` for one that is missing, `null` for one that came more than once. */
export interface HeaderFields {
  get(name: string): string | null | undefined
  has(name: string): boolean
}

/**
 * Reads headers as they came, where nothing is joined or dropped in silence.
 *
 * @param raw - name and value in turns, as `IncomingMessage.rawHeaders` has them.
 */
export function headerFields(raw: readonly string[]): HeaderFields {
  const fields = new Map<string, string | null>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = String(raw[at]).toLowerCase()
    fields.set(name, fields.has(name) ? null : String(raw[at + 1]))
  }
  return fields
}
