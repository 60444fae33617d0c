import { dirname, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { filesBelow, root, type SourceFile } from './sources.js'

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

/** Type errors of modules that exist in memory only, inside the project's own settings. */
function typeErrors(modules: readonly Block[]): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const parsed = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  // An example may name what it does not use.
  const options = { ...parsed.options, noUnusedLocals: false, noUnusedParameters: false }
  const files = new Map(
    modules.map(({ text, file }, index) => [join(root, 'examples', file ?? `doc-example-${index}.ts`), text]),
  )
  const names = [...files.keys()]
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile, directoryExists } = host
  const folders = new Set(names.map(dirname))
  host.directoryExists = (name) => folders.has(name) || directoryExists?.(name) === true
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name)
    return text === undefined
      ? getSourceFile(name, version, ...rest)
      : ts.createSourceFile(name, text, version)
  }
  const program = ts.createProgram(names, { ...options, noEmit: true }, host)
  return names.flatMap((name, index) => {
    const source = program.getSourceFile(name)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(
      ({ messageText }) => `${modules[index]!.path} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  })
}

describe('the examples in doc comments', () => {
  test('compile', () => {
    const examples = filesBelow('src', '.ts').flatMap(examplesOf)
    expect(examples.length).toBeGreaterThan(10)
    expect(typeErrors(examples)).toEqual([])
  }, 180_000)

  test('in the pages compile too', () => {
    const pages = filesBelow('docs', '.md').filter(({ path }) => !path.startsWith('docs/api/'))
    const blocks = [...pages, ...filesBelow('examples', '.md')].flatMap(blocksOf)
    expect(blocks.length).toBeGreaterThan(1)
    expect(typeErrors(blocks)).toEqual([])
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
    expect(typeErrors([broken])).toEqual([
      expect.stringMatching(/^broken Module .* has no exported member 'gone'/),
    ])
  }, 180_000)
})
