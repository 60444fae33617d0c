import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ExactJson,
  MalformedEpochFileError,
  parseExactJson,
  pathText,
} from '../../../src/cli/exactJson.js'

/** Maps as plain objects, to compare with what JSON.parse gives. */
function plain(value: ExactJson): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
  }
  return Array.isArray(value) ? value.map(plain) : value
}

describe('parseExactJson', () => {
  it('reads what JSON.parse reads wherever nothing is lost', () => {
    const inexact = (text: string): boolean => /\d{16,}|[eE]\+/.test(text)
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent)
        fc.pre(!inexact(spaced) && !spaced.includes('__proto__'))
        expect(plain(parseExactJson(spaced))).toEqual(JSON.parse(spaced))
      }),
      { numRuns: 500 },
    )
  })

  const refused: [string, string, string][] = [
    ['{"a":1,"a":2}', 'a', 'the key occurs twice'],
    ['{"a":{"b":[1,tru]}}', 'a.b[1]', 'true is expected'],
    ['{"a":[1,2', 'a', 'a comma or closing bracket is expected'],
    ['{"a":1', 'file', 'a comma or closing brace is expected'],
    ['{"a" 1}', 'a', 'a colon is expected after the key'],
    ['{a:1}', 'file', 'a key in double quotes is expected'],
    ['{"a":1,}', 'file', 'a key in double quotes is expected'],
    ['[1] 2', 'file', 'text goes on after the end of the JSON value'],
    ['["\u0001"]', '[0]', 'is no JSON string'],
    ['["abc', '[0]', 'is no JSON string'],
    ['[01]', 'file', 'a comma or closing bracket is expected'],
    ['[+1]', '[0]', '"+" is no JSON'],
    ['[9007199254740993]', '[0]', 'as a string'],
    ['[-18446744073709551616]', '[0]', 'as a string'],
    ['[9007199254740992.0]', '[0]', 'as a string'],
    ['[10000000000000000000000e300]', '[0]', 'as a string'],
    ['{"x y":[1,]}', '"x y"[1]', '"]" is no JSON'],
  ]
  it.each(refused)('refuses %s at %s', (text, field, why) => {
    let error: unknown
    try {
      parseExactJson(text)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(MalformedEpochFileError)
    expect(error).toMatchObject({
      code: 'MalformedEpochFile',
      field,
      docsPath: 'errors#malformed-epoch-file',
    })
    expect((error as MalformedEpochFileError).message).toContain(why)
  })

  it('refuses nesting without end instead of exhausting the stack', () => {
    expect(() => parseExactJson('['.repeat(100_000))).toThrow('nesting is deeper than 32')
  })
})

describe('pathText', () => {
  it('reads as code does', () => {
    expect(pathText(['steps', 0, 'input', 'weights', 3, 1])).toBe('steps[0].input.weights[3][1]')
    expect(pathText([])).toBe('file')
  })

  it('quotes a key that would break a line, and cuts a long one', () => {
    expect(pathText(['a\nb'])).toBe('"a\\nb"')
    expect(pathText(['k'.repeat(5000)]).length).toBeLessThan(100)
  })
})
