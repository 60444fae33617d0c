import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fuzzTargets } from '../fuzz/targets.js'
import { filesBelow, root } from './sources.js'

const page = readFileSync(join(root, 'docs/security.md'), 'utf8')
const section = page.slice(page.indexOf('## Who decodes what'), page.indexOf('## How it is tried'))

/** Rows of the table: decoder, source, fuzz target. */
const fuzzed = [...section.matchAll(/^\| `([\w.]+)` \| `(src\/[\w./]+)` \| `([^`]+)` \|/gm)].map(
  ([, name = '', file = '', target = '']) => ({ name, file, target }),
)
/** Those that are read inside another, with the reason. */
const others = [...section.matchAll(/^- `(\w+)` in `(src\/[\w./]+)`: \S/gm)].map(
  ([, name = '', file = '']) => ({ name, file }),
)

/** Functions that by name and first parameter make values of bytes, or of what was parsed of them. */
const DECODER =
  /^export (?:async )?function\*? ((?:decode|decrypt|read|parse|open|verify|unpack|import)\w*)(?:<[^(]*>)?\(\s*\w+: (?:Uint8Array|unknown|CanonicalValue|IncomingMessage)\b/gm

const inSource = filesBelow('src', '.ts').flatMap(({ path, text }) =>
  [...text.matchAll(DECODER)].map(([, name = '']) => `${name} in ${path}`),
)

describe('the list of decoders in docs/security.md', () => {
  test('has every function of the sources that decodes', () => {
    const listed = new Set([...fuzzed, ...others].map(({ name, file }) => `${name} in ${file}`))
    expect(inSource.length).toBeGreaterThan(30)
    expect(inSource.filter((decoder) => !listed.has(decoder))).toEqual([])
  })

  test('names decoders where they are', () => {
    const isThere = ({ name, file }: { readonly name: string; readonly file: string }): boolean =>
      new RegExp(`(?:function\\*?|static|^ {2}) ?${name}(?:<[^(]*>)?\\(`, 'm').test(
        readFileSync(join(root, file), 'utf8'),
      )
    expect([...fuzzed, ...others].filter((decoder) => !isThere(decoder))).toEqual([])
  })

  test('holds each to a fuzz target that there is, and leaves none out', () => {
    const targets = fuzzTargets.map(({ name }) => name).sort()
    expect(new Set(targets).size).toBe(targets.length)
    expect(fuzzed.map(({ target }) => target).sort()).toEqual(targets)
  })
})
