import { type Bars, drawBars } from './bars.js'
import { keepPage, pageOf } from './page.js'

/**
 * Runs an example that prints a table of its neurons after each epoch, as it is, and draws what the last one says of their incentive.
 *
 * @param run - prints with `console.table`, rows with `name` and `incentive`.
 */
export async function pageOfTables(
  { name, title, how }: { readonly name: string; readonly title: string; readonly how: string },
  run: () => Promise<unknown>,
): Promise<void> {
  const { table } = console
  const tables: (readonly object[])[] = []
  console.table = (rows: readonly object[]) => {
    tables.push(rows)
    table.call(console, rows)
  }
  try {
    await run()
  } finally {
    console.table = table
  }
  const rows = (tables.at(-1) ?? []).flatMap((row) =>
    'name' in row && 'incentive' in row && Number(row.incentive) > 0
      ? [{ name: String(row.name), incentive: Number(row.incentive) }]
      : [],
  )
  const bars: Bars = {
    title,
    says: 'Share of what miners earn, in the last epoch',
    rows,
    panels: [{ heading: 'incentive', values: rows.map(({ incentive }) => incentive) }],
    shown: (share) => `${(100 * share).toFixed(1)}%`,
    most: 1,
  }
  keepPage(name, pageOf({ title, how, body: drawBars(bars) }))
}
