/** Some entries of a list, and where the next page begins. */
export interface Page<Entry, Cursor> {
  readonly entries: readonly Entry[]
  /** What to ask with as `from` for the next page; `null` after the last. */
  readonly next: Cursor | null
}

/**
 * A page of what is looked at one after the other.
 *
 * @param entryOf - the entry to show; `undefined` for what is passed over.
 * @param most.entries - entries at most.
 * @param most.looked - rows looked at at most, those passed over included.
 */
export function pageOf<Row, Entry, Cursor>(
  rows: Iterable<Row>,
  most: { readonly entries: number; readonly looked?: number },
  entryOf: (row: Row) => Entry | undefined,
  cursorOf: (row: Row) => Cursor,
): Page<Entry, Cursor> {
  const { looked: mostLooked = most.entries } = most
  const entries: Entry[] = []
  let looked = 0
  for (const row of rows) {
    if (looked === mostLooked || entries.length === most.entries) return { entries, next: cursorOf(row) }
    looked++
    const entry = entryOf(row)
    if (entry !== undefined) entries.push(entry)
  }
  return { entries, next: null }
}
