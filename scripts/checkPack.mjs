// The end of `npm run build`, and the beginning of `npm pack` and `npm publish` where npm may run scripts (`prepack`; the .npmrc of a clone
// forbids it): what was not built, or only in part, is refused. A build that runs out of memory leaves programs without their type
// declarations, which whoever installs the package is the first to see.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { argv, exit } from 'node:process'
import { fileURLToPath } from 'node:url'
import { importsOf } from './buildTypes.mjs'

/**
 * Paths below a folder that its package.json names as exports or commands, or type declarations of those by an import, and that are not there or
 * empty.
 *
 * @param {string} folder
 * @returns {readonly string[]}
 */
export function missingFiles(folder) {
  const { exports: entries, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const named = [...Object.values(entries), ...Object.values(bin)]
  const paths = named.flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
  const waiting = paths.map((path) => join(folder, path))
  const seen = new Set(waiting)
  const missing = []
  for (const path of waiting) {
    if (!existsSync(path) || statSync(path).size === 0) {
      missing.push(relative(folder, path))
      continue
    }
    if (!path.endsWith('.d.ts')) continue
    for (const next of importsOf(path)) {
      if (!seen.has(next)) {
        seen.add(next)
        waiting.push(next)
      }
    }
  }
  return missing.sort()
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const missing = missingFiles(fileURLToPath(new URL('..', import.meta.url)))
  if (missing.length > 0) {
    console.error(`The build is not whole: ${missing.length} files are missing or empty, such as`)
    for (const path of missing.slice(0, 10)) console.error(`  ${path}`)
    console.error(
      'Run npm run build; where it runs out of memory, NODE_OPTIONS=--max-old-space-size=4096 gives it more.',
    )
    exit(1)
  }
}
