// Writes the type declarations of `dist/`: one for each source that a public room leads to, beside the programs. `dist/index.d.ts` comes last, by which
// others know that all are there.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { argv, execPath, exit } from 'node:process'
import { fileURLToPath } from 'node:url'
import { publicRooms } from './floors.mjs'

/** What a declaration takes from another one; a line of an example in a comment does not begin so. */
const IMPORTS =
  /^(?:import|export)\b[^'"]*(['"])(\.{1,2}\/[^'"]+)\.js\1|\bimport\((['"])(\.{1,2}\/[^'"]+)\.js\3\)/gm

/**
 * The declarations that one takes types from.
 *
 * @param {string} path
 * @returns {string[]}
 */
export function importsOf(path) {
  const found = readFileSync(path, 'utf8').matchAll(IMPORTS)
  return Array.from(found, ([, , from, , within]) => join(dirname(path), `${from ?? within}.d.ts`))
}

function buildTypes(root) {
  const all = join(root, '.build/types')
  rmSync(all, { recursive: true, force: true })
  const { status } = spawnSync(
    execPath,
    [
      join(root, 'node_modules/typescript-7/bin/tsc'),
      ...['--singleThreaded', '-p', join(root, 'tsconfig.build.json'), '--noEmit', 'false'],
      ...['--declaration', '--emitDeclarationOnly', '--rootDir', join(root, 'src'), '--outDir', all],
    ],
    { stdio: 'inherit' },
  )
  if (status !== 0) return false
  const paths = ['index.d.ts', ...publicRooms.map((room) => `${room}/index.d.ts`)].map((path) =>
    join(all, path),
  )
  const seen = new Set(paths)
  for (const path of paths) {
    for (const next of importsOf(path)) {
      if (!seen.has(next)) paths.push(next)
      seen.add(next)
    }
  }
  for (const path of paths.reverse()) {
    const to = join(root, 'dist', relative(all, path))
    mkdirSync(dirname(to), { recursive: true })
    copyFileSync(path, to)
  }
  return true
}

if (argv[1] === fileURLToPath(import.meta.url))
  exit(buildTypes(fileURLToPath(new URL('..', import.meta.url))) ? 0 : 1)
