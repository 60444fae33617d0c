import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ExactJson,
  MalformedEpochFileError,
  parseExactJson,
  pathText,
} from '../../../src/cli/exactJson.js'

/** A decimal as numerator and power of ten, in lowest terms: what a number is, however it is written. */
function rational(text: string): [bigint, number] {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  let value = BigInt(whole + fraction)
  let power = Number(exponent) - fraction.length + 0
  if (value === 0n) return [0n, 0]
  while (value % 10n === 0n) {
    value /= 10n
    power++
  }
  return [value, power]
}

/** Whether a number of the text is above what numbers hold exactly, or would be written again with other digits. */
function losesDigits(text: string): boolean {
  return (text.match(/\d+(\.\d+)?(e\d+)?/g) ?? []).some((token) => {
    const value = Number(token)
    return value > 2 ** 53 || rational(String(value)).join() !== rational(token).join()
  })
}

describe('parseExactJson', () => {
  it('reads what JSON.parse reads wherever nothing is lost', () => {
    const inexact = (text: string): boolean => /\d{16,}|[eE]\+/.test(text)
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent)
        fc.pre(!inexact(spaced) && !spaced.includes('__proto__'))
        expect(parseExactJson(spaced)).toEqual(JSON.parse(spaced))
      }),
      { numRuns: 500 },
    )
  })

  it('gives objects that have the keys of the text and no others', () => {
    const object = parseExactJson('{"__proto__":{"a":1},"constructor":2}')
    expect(Object.entries(object as object)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ])
    expect('toString' in (object as object)).toBe(false)
    expect(() => parseExactJson('{"__proto__":1,"__proto__":1}')).toThrow('the key occurs twice')
  })

  const refused: [string, string, string][] = [
    ['{"a":1,"a":1}', 'a', 'the key occurs twice'],
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
    ['[900719925474099.3e1]', '[0]', 'as a string'],
    ['[4503599627370496.3]', '[0]', 'as a string'],
    ['[1e16]', '[0]', 'as a string'],
    ['[1e400]', '[0]', 'as a string'],
    ['[-1E+309]', '[0]', 'as a string'],
    ['[1e-400]', '[0]', 'as a string'],
    ['[-1e-324]', '[0]', 'as a string'],
    ['[0.1000000000000000055]', '[0]', 'as a string'],
    [`[1${'0'.repeat(400)}]`, '[0]', 'as a string'],
    ['{"\\u0061":1,"a":2}', 'a', 'the key occurs twice'],
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

  const exact: [string, number][] = [
    ['-0', -0],
    ['-0.0e5', -0],
    ['0e999999999999', 0],
    ['1.0', 1],
    ['1e2', 100],
    ['1200E-2', 12],
    ['-25e-1', -2.5],
    ['0.10', 0.1],
    ['5e-324', 5e-324],
    ['9007199254740991', 9007199254740991],
    ['900719925474099.1e1', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['-9007199254740992', -9007199254740992],
  ]
  it.each(exact)('reads %s as it is', (text, value) => {
    expect(parseExactJson(text)).toBe(value)
  })

  it('reads every number of the grammar as its own digits, or refuses it', () => {
    const digits = (max: number) => fc.stringMatching(new RegExp(`^\\d{1,${max}}$`))
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        fc.oneof(
          fc.constant('0'),
          digits(22).map((text) => `1${text}`),
          digits(3).map((text) => `9${text}`),
        ),
        fc.oneof(
          fc.constant(''),
          digits(20).map((text) => `.${text}`),
        ),
        fc.oneof(
          fc.constant(''),
          fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), digits(3)).map((two) => two.join('')),
        ),
      )
      .map((parts) => parts.join(''))
    let read = 0
    fc.assert(
      fc.property(number, (text) => {
        let value: ExactJson
        try {
          value = parseExactJson(text)
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedEpochFileError)
          return
        }
        read++
        expect(value).toBe(Number(text))
        expect(rational(String(value))).toEqual(rational(text))
      }),
      { numRuns: 3_000 },
    )
    expect(read).toBeGreaterThan(100)
  })

  it('takes the texts that JSON takes, and no others', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b',
      '1',
      '-',
      '0',
      '.5',
      'e1',
      'true',
      'nul',
      ' ',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        const isTaken = (read: (text: string) => unknown): boolean => {
          try {
            return read(text) !== undefined
          } catch {
            return false
          }
        }
        fc.pre(text.split('"a"').length <= 2)
        expect(isTaken(parseExactJson)).toBe(isTaken(JSON.parse) && !losesDigits(text))
      }),
      // Numbers that JSON takes, and that are too large to be exact.
      { numRuns: 5_000, examples: [[['1', 'e1', '1', '0']], [['[', '1', '0', '0', 'e1', '1', '1', ']']]] },
    )
  })

  it.each(['{},', '[],', '1,', '"ab",', '{"a":{}},', '"a long text of one value",'])(
    'refuses what is small as text and large in memory before it is all there: %s over and over',
    (part) => {
      const text = `[${part.repeat(10_000)}0]`
      const read = (memoryLimit: number) => () => parseExactJson(text, { memoryLimit })
      expect(read(200_000)).toThrow('it holds more than is read at once; split the file')
      expect(read(10_000_000)).not.toThrow()
    },
  )

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
