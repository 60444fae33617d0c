import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../errors/index.js'
import { packageManifest, packageRoot } from '../packageRoot.js'
import type { ProjectKind, TakenFile } from './projectKinds.js'

/** A file of a project that is to be. */
export interface ProjectFile {
  /** Within the project. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** What every project is checked and run with. */
const TOOLS = ['@types/node', 'tsx', 'typescript', 'vitest'] as const
/** The compiler that a project gets is the newest one, which the package is checked with under a name of its own, beside the one that its tools need. */
const CHECKED_WITH: Readonly<Record<string, string>> = { typescript: 'typescript-7' }
/** Not source, but made from it or by a run of it. */
const LEFT_OUT = /(^|\/)(node_modules|\.build|runs)(\/|$)/
/** Files whose words may name the project; others are taken byte for byte. */
const TEXT = /\.(ts|md|json)$/
/** Where a page of an example names pages of the package, and how its copy does. */
const [PAGES, PAGES_THERE] = [/\]\(\.\.\/\.\.\/(docs\/|README\.md)/g, '](../../node_modules/subnetkit/$1']

/**
 * All files of a project, read from the package.
 *
 * @param subnetkit - what npm is to install as `subnetkit`.
 */
export function projectFiles(
  kind: ProjectKind,
  { name, like, subnetkit }: { readonly name: string; readonly like: string; readonly subnetkit: string },
): ProjectFile[] {
  const folders = kind.folders.flatMap(({ from, to }) =>
    filesIn(from).map((path): TakenFile => ({ from: `${from}/${path}`, to: `${to}/${path}` })),
  )
  const taken = [...kind.files, ...folders].map((file) => ({
    path: file.to,
    bytes: TEXT.test(file.to)
      ? new TextEncoder().encode(worded(file, { name, like }))
      : readFileSync(join(packageRoot, file.from)),
  }))
  return [{ path: 'package.json', bytes: manifestOf(kind, { name, subnetkit }) }, ...taken]
}

/** Whether everything that a kind is made from is in the package. */
export function isComplete({ files, folders, start }: ProjectKind): boolean {
  const isThere = (path: string): boolean => existsSync(join(packageRoot, path))
  const starts = folders.map(({ from, to }) => (start.startsWith(`${to}/`) ? start.replace(to, from) : from))
  return [...files.map(({ from }) => from), ...starts].every(isThere)
}

function filesIn(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(packageRoot, folder).length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !LEFT_OUT.test(path))
    .sort()
}

function worded({ from, words = [] }: TakenFile, { name, like }: { name: string; like: string }): string {
  let text = readFileSync(join(packageRoot, from), 'utf8')
  for (const [before, after] of words) {
    assert(text.includes(before), `${from} holds ${JSON.stringify(before)}`)
    text = text.replaceAll(before, () => after)
  }
  return text
    .replaceAll('__NAME__', name)
    .replaceAll('__MARKET__', like)
    .replaceAll(PAGES, PAGES_THERE)
    .replaceAll(`npm run example -- examples/${like}/`, `npx tsx src/${like}/`)
    .replaceAll(`npm run example -- ${like} `, 'npm start -- ')
}

function manifestOf(
  { start, buyer, packages }: ProjectKind,
  { name, subnetkit }: { name: string; subnetkit: string },
): Uint8Array {
  const { devDependencies } = packageManifest()
  const versions = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      names.map((one) => {
        const version = devDependencies[CHECKED_WITH[one] ?? one]?.replace(/^npm:.*@/, '')
        assert(version !== undefined, `the package is tested with ${one}`)
        return [one, version]
      }),
    )
  const manifest = {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    scripts: {
      start: `tsx ${start}`,
      miner: 'tsx src/miner.ts',
      validator: 'tsx src/validator.ts',
      ...(buyer === undefined ? {} : { buyer: `tsx ${buyer}` }),
      test: 'vitest run',
      check: 'tsc',
    },
    dependencies: { subnetkit, ...versions(packages) },
    devDependencies: versions(TOOLS),
  }
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)
}
