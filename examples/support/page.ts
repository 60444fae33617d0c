import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { escaped } from './escaped.js'

/** What a page of an example is made of. */
export interface Page {
  readonly title: string
  /** A line under the title: how it came about. */
  readonly how: string
  /** HTML. */
  readonly body: string
}

/** One HTML file that needs nothing else. */
export function pageOf({ title, how, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, 'DejaVu Sans', Arial, sans-serif; color: #16202e; background: #fff; max-width: 1100px; margin: 2rem auto; padding: 0 1rem }
svg { max-width: 100%; height: auto }
.wide { overflow-x: auto }
@media (max-width: 700px) { .wide svg { max-width: none } }
table { border-collapse: collapse }
th, td { text-align: left; padding: 0.35rem 0.6rem 0.35rem 0; border-bottom: 1px solid #e3e6eb; vertical-align: top }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
thead th { vertical-align: bottom }
.does { min-width: 10rem; color: #5d6878 }
dt { font-weight: 600 }
dd { margin: 0 0 0.6rem }
.how { color: #5d6878 }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="how">${escaped(how)}</p>
${body}
</body>
</html>
`
}

/** Keeps a page in `runs/` below the working folder, and says where: the last line of an example. */
export function keepPage(name: string, html: string): void {
  mkdirSync('runs', { recursive: true })
  const path = join('runs', `${name}.html`)
  writeFileSync(path, html)
  console.log(`\nPage: ${path}`)
}
