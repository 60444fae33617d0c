import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow, root, type SourceFile } from './sources.js'

/** What each sketch of a page uses of the package. What it leaves out of its own is in `sketches/`, in a file of its name. */
const sketchImports = `import {
  badForMissing, bestOfOwner, burnSlotIn, burnUnearned, dominates, fadingPay, IncentiveMechanism, metered, normalizeWeights,
  nextCredibility, ownersIn, ProtocolMechanism, rankDecay, rankRamp, reignMargin, scoresOf, softmaxOfLoss,
  wilsonLowerBound, winnerTakesAll, withCredibility,
  type ArtefactCommit, type Played, type Round, type ScoreRound, type Source, type TaskSeed, type WeightView,
} from 'subnetkit/mechanism'
import type { Synapse } from 'subnetkit/synapse'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'
`
const sketchFolder = 'test/house/sketches'

/** The TypeScript blocks of a file's doc comments, each as a module of its own. */
function examplesOf({ path, text }: SourceFile): SourceFile[] {
  return [...text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```$/gms)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    const code = match[1]!.replaceAll(/^ *\* ?/gm, '')
    return { path: `${path}:${line}`, text: `${code}\nexport {}\n` }
  })
}

/** A block of TypeScript; one that its page names is found by the others of the page under that name. */
interface Block extends SourceFile {
  readonly file?: string
}

/** The TypeScript blocks of a page, each as a module of its own. */
function blocksOf({ path, text }: SourceFile): Block[] {
  return [...text.matchAll(/^```ts(?: ([\w.-]+))?\n(.*?)^```$/gms)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    const [, name, code] = match
    const file = name === undefined ? {} : { file: `${path.replaceAll(/\W/g, '-')}/${name}` }
    return { path: `${path}:${line}`, text: `${code}\nexport {}\n`, ...file }
  })
}

/** The sketches of a page, blocks that are `typescript` and have a name: each as a module beside what it leaves out. */
function sketchesOf({ path, text }: SourceFile): Block[] {
  return [...text.matchAll(/^```typescript([^\n]*)\n(.*?)^```$/gms)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    const name = match[1]!.trim()
    const leftOut = filesBelow(sketchFolder, '.ts').find((file) => file.path === `${sketchFolder}/${name}.ts`)
    const names = [
      ...(leftOut?.text ?? '').matchAll(/^export (?:declare )?(type|const|function) (\w+)/gm),
    ].map(([, kind, own]) => (kind === 'type' ? `type ${own}` : own))
    const own = leftOut === undefined ? '' : `import { ${names.join(', ')} } from './${name}.js'\n`
    return {
      path: `${path}:${line} ${name}`,
      text: `${sketchImports}${own}${match[2]}\nexport {}\n`,
      file: `../${sketchFolder}/${name}.sketch.ts`,
    }
  })
}

/** Type errors of modules, inside the project's own settings: as if they stood in `examples`, or where their name says. */
function typeErrors(modules: readonly Block[]): string[] {
  mkdirSync(join(root, '.build'), { recursive: true })
  const folder = mkdtempSync(join(root, '.build/docExamples-'))
  try {
    const paths = modules.map(({ file }, index) => join('examples', file ?? `doc-example-${index}.ts`))
    for (const [index, path] of paths.entries()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), modules[index]!.text)
    }
    const compilerOptions = {
      // What stands beside them in the project is found beside them.
      rootDirs: [root, '.'],
      // An example may name what it does not use.
      noUnusedLocals: false,
      noUnusedParameters: false,
    }
    const config = { extends: '../../tsconfig.json', compilerOptions, include: [], files: paths }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript-7/bin/tsc'), '--singleThreaded', '--pretty', 'false', '-p', '.'],
      { cwd: folder, encoding: 'utf8', maxBuffer: 16 * 2 ** 20 },
    )
    const errors = stdout.split(/\n(?=\S)/).map((text) => text.trim().replaceAll(/\n\s+/g, ' '))
    const found = errors.flatMap((error) => {
      const [, path, message] = /^(\S+?)\(\d+,\d+\): error TS\d+: (.*)$/.exec(error) ?? []
      const module = modules[paths.indexOf(path ?? '')]
      return module === undefined ? [] : [`${module.path} ${message}`]
    })
    if (found.length === 0 && status !== 0) throw new Error(`tsc ended with ${status}: ${stdout}`)
    return found
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the examples in doc comments', () => {
  test('compile, and those in the pages too', () => {
    const examples = filesBelow('src', '.ts').flatMap(examplesOf)
    expect(examples.length).toBeGreaterThan(10)
    const pages = filesBelow('docs', '.md').filter(({ path }) => !path.startsWith('docs/api/'))
    const blocks = [...pages, ...filesBelow('examples', '.md')].flatMap(blocksOf)
    expect(blocks.length).toBeGreaterThan(1)
    const sketches = pages.flatMap(sketchesOf)
    const names = sketches.map(({ file }) => file)
    expect(new Set(names).size, 'a name each').toBe(sketches.length)
    for (const { path } of filesBelow(sketchFolder, '.ts'))
      expect(names).toContain(`../${path.replace(/ts$/, 'sketch.ts')}`)
    expect(typeErrors([...examples, ...blocks, ...sketches])).toEqual([])
  }, 180_000)

  test('tell the truth of a misspelt setting: `override` finds it, and nothing does without the word', () => {
    const page = filesBelow('docs', '.md').find(({ path }) => path === 'docs/your-own-subnet.md')!
    const [, member] = /`(override readonly \w+ = \d+)`/.exec(page.text)!
    const withMember = (path: string, text: string): SourceFile => ({
      path,
      text: `import { IncentiveMechanism } from 'subnetkit/mechanism'
export abstract class Mine extends IncentiveMechanism<number, number> { ${text} }
`,
    })
    const modules = [withMember('bare', member!.replace('override ', '')), withMember('said', member!)]
    expect(typeErrors(modules)).toEqual([
      expect.stringMatching(
        /^said This member cannot have an 'override' modifier .* Did you mean 'tasksPerRound'\?$/,
      ),
    ])
  }, 180_000)

  test('would be refused if they did not', () => {
    const broken = { path: 'broken', text: "import { gone } from 'subnetkit/units'\nexport {}\n" }
    const page = { path: 'page.md', text: 'A page.\n\n```typescript steps\nround.gone(seal)\n```\n' }
    expect(typeErrors([broken, ...sketchesOf(page)])).toEqual([
      expect.stringMatching(/^broken Module .* has no exported member 'gone'/),
      expect.stringMatching(/^page.md:3 steps Property 'gone' does not exist on type 'Round<null>'/),
    ])
  }, 180_000)
})
