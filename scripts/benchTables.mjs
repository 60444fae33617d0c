// Makes the tables and the picture of docs/performance.md from bench/results/*.jsonl. A test holds both to those files.
//   node scripts/benchTables.mjs     writes the tables between their markers, and the picture
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { distinct } from './bench/markdown.mjs'
import { rowsIn, writeWhole } from './bench/record.mjs'
import { tables } from './bench/tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const PAGE = 'docs/performance.md'
const RESULTS = 'bench/results'

/** Where the picture lies, from the root of the project. */
export const picture = 'docs/images/epoch-cost.svg'

/** Everything that is recorded: what `--record` keeps, and beside it what was brought from other machines. */
export function recordedRows(folder = root) {
  const results = join(folder, RESULTS)
  return readdirSync(results)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .flatMap((name) => rowsIn(join(results, name)))
}

/** What a table says above itself: where and when its figures were taken. */
function origin(rows) {
  const of = (r) => `${r.at} UTC at commit \`${r.commit}\`: ${r.cpu}, ${r.cores} cores, Node ${r.node}`
  const loads = (group) => {
    const [least, most] = [Math.min, Math.max].map((pick) => pick(...group.map(({ load }) => load)))
    return least === most ? `${least}` : `${least} to ${most}`
  }
  const places = distinct(rows.map(of)).map((place) => {
    const group = rows.filter((r) => of(r) === place)
    return `Recorded ${place}, load average ${loads(group)}.`
  })
  return places.join('\n')
}

/**
 * A page with every table replaced by what the rows give.
 *
 * @param {string} text
 * @param {readonly Record<string, unknown>[]} [rows] what is recorded, unless given
 */
export function withTables(text, rows = recordedRows()) {
  return text.replace(/(<!-- table (\S+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start, name, end) => {
    const shown = tables[name]
    if (shown === undefined) throw new RangeError(`No table is known by the name ${name}.`)
    const own = rows.filter(({ bench }) => shown.benches.includes(bench))
    const body = own.length === 0 ? 'Not recorded yet.' : `${origin(own)}\n\n${shown.draw(own)}`
    return `${start}\n${body}\n\n${end}`
  })
}

/** Writes the page and its picture; each appears whole or not at all. */
export async function writePage(folder = root) {
  const rows = recordedRows(folder)
  const page = join(folder, PAGE)
  const text = withTables(readFileSync(page, 'utf8'), rows)
  const drawn = await pictureOf(rows)
  if (drawn !== undefined) writeWhole(join(folder, picture), drawn)
  writeWhole(page, text)
}

/** The picture that belongs to these rows; `undefined` where none of them are in it. */
export async function pictureOf(rows) {
  const own = rows.filter(({ bench }) => bench === 'consensus/curves')
  if (own.length === 0) return undefined
  const { drawCurves } = await import('./bench/chart.mjs')
  return drawCurves(own)
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  await writePage()
