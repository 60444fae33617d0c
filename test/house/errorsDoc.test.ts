import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { statusTable } from '../../src/synapse/index.js'
import { filesBelow, root } from './sources.js'

interface ErrorClass {
  readonly name: string
  /** The literal code; `undefined` where an instance brings its own. */
  readonly code: string | undefined
  readonly docsPaths: readonly string[]
  readonly path: string
  readonly base: string
}

/** Every class of the sources that descends from `BaseError`, in order of name. */
function errorClasses(): ErrorClass[] {
  const classes = new Map<string, ErrorClass>()
  for (const { path, text } of filesBelow('src', '.ts')) {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true)
    const visit = (node: ts.Node): void => {
      if (ts.isClassDeclaration(node) && node.name !== undefined) {
        const base = node.heritageClauses?.[0]?.types[0]?.expression.getText(source)
        if (base !== undefined) {
          classes.set(node.name.text, { ...readClass(node, source), path, base })
        }
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  const isError = (name: string): boolean => {
    const base = classes.get(name)?.base
    return base === 'BaseError' || (base !== undefined && isError(base))
  }
  return [...classes.values()].filter(({ name }) => isError(name)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readClass(
  node: ts.ClassDeclaration,
  source: ts.SourceFile,
): Pick<ErrorClass, 'name' | 'code' | 'docsPaths'> {
  const code = node.members.find(
    (member): member is ts.PropertyDeclaration =>
      ts.isPropertyDeclaration(member) && member.name.getText(source) === 'code',
  )
  const literal =
    code?.initializer !== undefined && ts.isStringLiteral(code.initializer)
      ? code.initializer.text
      : undefined
  const docsPaths = [...node.getText(source).matchAll(/docsPath: ['`]([^'`]+)['`]/g)].map(
    (match) => match[1]!,
  )
  return { name: node.name!.text, code: literal, docsPaths }
}

/** Sections of docs/errors.md by anchor, the way a Markdown reader derives it from the heading. */
function sections(): Map<string, string> {
  const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
  const parts = text.split(/^### /m).slice(1)
  return new Map(
    parts.map((part) => {
      const heading = part.slice(0, part.indexOf('\n')).trim()
      return [heading.toLowerCase().replaceAll(' ', '-'), part]
    }),
  )
}

describe('docs/errors.md', () => {
  const classes = errorClasses()
  const documented = sections()

  test('the sources have error classes to compare with', () => {
    expect(classes.map(({ name }) => name)).toContain('InvalidArgumentError')
  })

  test('says of every error class its code, its meaning and what to do', () => {
    const missing = classes.filter(({ name, code, base }) => {
      const section = [...documented.values()].find((part) => part.includes(`\`${name}\``))
      if (section === undefined) return true
      // A subclass without a code of its own carries the one of its base.
      return code === undefined
        ? base === 'BaseError' && !section.includes('code')
        : !section.includes(`\`${code}\``)
    })
    expect(missing.map(({ name, code }) => `${name} (${code})`)).toEqual([])
  })

  test('has the section that each error points to', () => {
    const dangling = classes.flatMap(({ name, docsPaths }) =>
      docsPaths
        .filter((path) => !path.startsWith('errors#') || !documented.has(path.slice('errors#'.length)))
        .map((path) => `${name} -> ${path}`),
    )
    expect(dangling).toEqual([])
  })

  test('every error points to its section, or its base does', () => {
    const silent = classes.filter(({ docsPaths, base }) => docsPaths.length === 0 && base === 'BaseError')
    expect(silent.map(({ path, name }) => `${path} ${name}`)).toEqual([])
  })

  test('describes no class that does not exist', () => {
    const known = new Set(classes.map(({ name }) => name))
    const named = [...documented.values()].flatMap((part) =>
      [...part.matchAll(/`(\w+Error)`/g)].map((match) => match[1]!),
    )
    expect(named.filter((name) => !known.has(name) && name !== 'BaseError')).toEqual([])
  })

  test('explains every status of a call', () => {
    const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    const table = page.slice(page.indexOf('## Statuses of a call'))
    const rows = [...table.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map((match) => [match[1], Number(match[2])])
    expect(rows).toEqual(Object.entries(statusTable).map(([status, { http }]) => [status, http]))
  })
})
