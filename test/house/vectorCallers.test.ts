import { describe, expect, test } from 'vitest'
import { filesBelow } from './sources.js'

/** What a block, a call or a query begins with. */
const ROOT = 'src/ledger/Ledger.ts'

/** Checked by vectors and called by no block, each for a reason. */
const EXCEPTIONS: { readonly [name: string]: string } = {
  debitAll: 'the reference has the operation on its pools, and takes nothing from all stakers at once either',
  selfContributions: 'a column of its own for people; blocks come to the row of it, selfContribution',
}

/** Suites of vectors that hold the money of the ledger to the reference. */
const suites = filesBelow('test/vectors', '.ts').filter(({ path }) => /\/[A-Za-z]+\.(test\.)?ts$/.test(path))

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')

/** Names of functions that a file takes from the money and the ledger. */
function functionsOf(text: string): string[] {
  const imports = text.matchAll(/import \{([^}]*)\} from '\.\.\/\.\.\/src\/(?:emission|ledger)\/[^']*'/g)
  return [...imports]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.trim().replace(/ as \w+$/, ''))
    .filter((name) => /^[a-z]\w*$/.test(name))
}

interface Declaration {
  readonly name: string
  readonly words: ReadonlySet<string>
}

/** Top-level declarations of the sources, each with the words in it. Barrels declare nothing. */
const declarations: Declaration[] = filesBelow('src', '.ts').flatMap(({ path, text }) =>
  withoutComments(text)
    .split(/\n(?=(?:export |async |abstract )*(?:function\*?|const|class|let) )/)
    .flatMap((part): Declaration[] => {
      const [, name] = part.match(/^(?:export |async |abstract )*(?:function\*?|const|class|let) (\w+)/) ?? []
      // What stands above the first declaration, and alone in a file: its imports.
      if (name === undefined) return []
      const words = new Set(part.match(/\w+/g) ?? [])
      return [{ name: path === ROOT ? `${ROOT} ${name}` : name, words }]
    }),
)

/** Names that are reached from the ledger, by way of names alone. */
function reached(): Set<string> {
  const byName = new Map<string, Declaration[]>()
  for (const each of declarations) byName.set(each.name, [...(byName.get(each.name) ?? []), each])
  const seen = new Set<string>()
  const todo = declarations.filter(({ name }) => name.startsWith(ROOT))
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    for (const word of next.words) {
      if (seen.has(word)) continue
      seen.add(word)
      todo.push(...(byName.get(word) ?? []))
    }
  }
  return seen
}

describe('a function that a vector checks', () => {
  const alive = reached()

  test('is one that a block, a call or a query comes to, or its unchecked twin is', () => {
    const checked = [...new Set(suites.flatMap(({ text }) => functionsOf(text)))].sort()
    expect(checked.length).toBeGreaterThan(40)
    const orphans = checked.filter(
      (name) => !alive.has(name) && !alive.has(`${name}Unchecked`) && EXCEPTIONS[name] === undefined,
    )
    expect(orphans).toEqual([])
  })

  test('is an exception only while it is checked and nothing comes to it', () => {
    const names = new Set(suites.flatMap(({ text }) => functionsOf(text)))
    expect(Object.keys(EXCEPTIONS).filter((name) => !names.has(name) || alive.has(name))).toEqual([])
  })

  test('is missed where nothing comes to it', () => {
    expect(alive.has('planDistributionUnchecked')).toBe(true)
    expect(alive.has('selfContribution')).toBe(true)
    expect(alive.has('debitAll')).toBe(false)
  })
})
