import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { HiddenValue, InvalidArgumentError } from 'subnetkit/errors'
import { describe, expect, test } from 'vitest'
import {
  bytes,
  type Check,
  check,
  custom,
  durationMs,
  eitherOf,
  finiteNumber,
  fits,
  flag,
  having,
  listOf,
  mapOf,
  nearest,
  nullable,
  oneOf,
  optional,
  origin,
  rao,
  recordOf,
  secret,
  shape,
  signal,
  signer,
  text,
  u16,
  wholeNumber,
} from '../../../src/checks/index.js'

interface Options {
  readonly count: number
  readonly name?: string
  readonly inner?: { readonly tempoBlocks: number }
  readonly many?: readonly { readonly port: number }[]
}

const options = shape<Options>({
  count: wholeNumber({ min: 1 }),
  name: optional(text({ min: 1, max: 5 })),
  inner: optional(shape<NonNullable<Options['inner']>>({ tempoBlocks: wholeNumber({ min: 1 }) })),
  many: optional(listOf(shape<{ port: number }>({ port: u16({ min: 1 }) }))),
})

function fault(expected: Check, value: unknown, field = 'options'): InvalidArgumentError | undefined {
  try {
    check(field, expected, value)
    return undefined
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error
    throw error
  }
}

describe('a shape', () => {
  const maybe = shape<{ score?: unknown }>({ score: custom('Pass anything.', () => true) })

  test.each<[what: string, value: unknown, isRight: boolean]>([
    ['a key that may hold undefined', { score: undefined }, true],
    ['that key when it is missing', {}, false],
    ['a key of a prototype', Object.create({ score: 1 }), true],
    ['a strange key of a prototype', Object.assign(Object.create({ other: 1 }), { score: 1 }), false],
    ['a list', [], false],
  ])('is told in one look as by the walk: %s', (_, value, isRight) => {
    // A record has no quick test: what it is part of is walked.
    const walked = shape<{ score?: unknown; more: unknown }>({
      score: custom('Pass anything.', () => true),
      more: recordOf(flag),
    })
    expect(fits(maybe, value)).toBe(isRight)
    expect(fits(walked, Object.assign(value as object, { more: {} }))).toBe(isRight)
  })
})

describe('check', () => {
  test('accepts what fits', () => {
    expect(fault(options, { count: 1 })).toBeUndefined()
    expect(
      fault(options, { count: 1, name: 'abc', inner: { tempoBlocks: 3 }, many: [{ port: 1 }] }),
    ).toBeUndefined()
    expect(fault(options, { count: 1, name: undefined })).toBeUndefined()
  })

  test.each([
    [{ count: 0 }, 'count', 0, 'Invalid count: 0. Pass a whole number from 1.'],
    [{}, 'count', undefined, 'Invalid count: undefined. Pass a whole number from 1.'],
    [{ count: 1, name: '' }, 'name', '', 'Invalid name: "". Pass text of 1 to 5 characters.'],
    [
      { count: 1, inner: {} },
      'inner.tempoBlocks',
      undefined,
      'Invalid inner.tempoBlocks: undefined. Pass a whole number from 1.',
    ],
    [
      { count: 1, many: [{ port: 1 }, { port: 65_536 }] },
      'many[1].port',
      65_536,
      'Invalid many[1].port: 65536. Pass a whole number from 1 to 65535.',
    ],
    [
      { count: 1, inner: { tempoBlocks: 1, tempo: 3 } },
      'inner.tempo',
      3,
      'Invalid inner.tempo: 3. Leave it out; did you mean tempoBlocks?',
    ],
    // A misspelt key is missing as well: its own name comes first.
    [{ cuont: 1 }, 'cuont', 1, 'Invalid cuont: 1. Leave it out; did you mean count?'],
    [{ count: 1, nmae: 'a' }, 'nmae', 'a', 'Invalid nmae: "a". Leave it out; did you mean name?'],
    [{ count: 1, zzz: 1 }, 'zzz', 1, 'Invalid zzz: 1. Leave it out; known are count, name, inner, many.'],
    [undefined, 'options', undefined, 'Invalid options: undefined. Pass an object.'],
    [[], 'options', [], 'Invalid options: array of 0. Pass an object.'],
    [
      Promise.resolve({ count: 1 }),
      'options',
      expect.any(Promise),
      'Invalid options: Promise {}. Pass an object.',
    ],
    [new Map(), 'options', new Map(), 'Invalid options: Map of 0. Pass an object.'],
  ])('names the part of %o that is wrong', (value, field, wrong, message) => {
    const error = fault(options, value)
    expect(error).toMatchObject({ field, message })
    expect(error?.value).toEqual(wrong)
  })

  test('puts the name of any other parameter before the path', () => {
    expect(fault(options, { count: 0 }, 'params')).toMatchObject({ field: 'params.count' })
  })
})

describe('the kinds', () => {
  test('bytes of another realm are bytes', () => {
    const foreign: unknown = runInNewContext('new Uint8Array(2)')
    expect(foreign).not.toBeInstanceOf(Uint8Array)
    expect(fault(bytes(2), foreign)).toBeUndefined()
  })

  class Things {
    ask(): void {}
  }
  test.each<[string, Check, unknown[], unknown[]]>([
    ['wholeNumber', wholeNumber({ max: 3 }), [0, 3], [4, -1, -0, 1.5, Number.NaN, '1', 1n, null]],
    ['finiteNumber', finiteNumber({ min: 0 }), [0, 1e308], [-1, Number.NaN, Number.POSITIVE_INFINITY, '1']],
    ['durationMs', durationMs(), [0, 0.5, 2 ** 40], [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n]],
    ['rao', rao(), [0n, 2n ** 64n - 1n], [-1n, 2n ** 64n, 1, '1']],
    ['u16', u16(), [0, 65_535], [65_536, -1, 0.5]],
    ['flag', flag, [true, false], [1, 'yes', undefined]],
    ['oneOf', oneOf(['a', 1]), ['a', 1], ['b', 2, undefined]],
    ['bytes', bytes(2), [new Uint8Array(2)], [new Uint8Array(3), [1, 2], '12']],
    ['nullable', nullable(flag), [null, true], [undefined, 0]],
    ['mapOf', mapOf(text(), flag), [new Map(), new Map([['a', true]])], [new Map([['a', 1]]), {}, []]],
    ['having', having('a thing', ['ask']), [new Things(), { ask: () => 1 }], [{}, null, { ask: 1 }]],
    ['signal', signal, [new AbortController().signal], [new AbortController(), {}]],
    ['listOf', listOf(flag, { min: 1 }), [[true]], [[], [1], { length: 1 }]],
    ['eitherOf', eitherOf('Pass either.', [flag, text()]), [true, 'a'], [1]],
  ])('%s', (_name, expected, right, wrong) => {
    for (const value of right) expect(fault(expected, value, 'x')).toBeUndefined()
    for (const value of wrong) expect(fault(expected, value, 'x')?.field).toMatch(/^x/)
  })

  test.each([
    'https://example.org',
    'http://localhost:5173',
    'http://[::1]:8080',
    'null',
    'file://',
    'chrome-extension://abcdefghijklmnop',
    'moz-extension://0c0d1f0e-1b2c-4d3e-8f90-a1b2c3d4e5f6',
    'tauri://localhost',
  ])('%s is an origin', (value) => {
    expect(() => check('value', origin, value)).not.toThrow()
  })

  test.each([
    '*',
    'https://*.example.org',
    'https://example.org/',
    'https://example.org:443',
    'https://Example.org',
    'HTTPS://example.org',
    'https://example.org/path',
    'https://user@example.org',
    'chrome-extension://abc/',
    'chrome-extension://*/x',
    'example.org',
    'localhost:5173',
    'data:text/html,x',
    '',
    ' https://example.org',
    'https://example.org, https://example.com',
    7,
    null,
  ])('%j is no origin', (value) => {
    expect(() => check('value', origin, value)).toThrow(InvalidArgumentError)
  })

  test('a shape that forgets a key of its type does not compile', () => {
    // @ts-expect-error: `b` is missing
    shape<{ a: number; b?: number }>({ a: wholeNumber() })
  })
})

describe('recordOf', () => {
  const environment = recordOf(optional(text()))

  test('takes any keys whose values are right, those of the process among them', () => {
    expect(fault(environment, { A: 'b', C: undefined })).toBeUndefined()
    expect(fault(environment, process.env)).toBeUndefined()
  })

  test('names the key whose value is wrong', () => {
    expect(fault(environment, { A: 5 }, 'environment')?.message).toBe('Invalid environment.A: 5. Pass text.')
    expect(fault(environment, new Map())?.field).toBe('options')
  })
})

describe('secret', () => {
  interface Unlock {
    readonly password: string
    readonly keys?: readonly { readonly seed: Uint8Array }[]
  }
  const unlock = secret(
    shape<Unlock>({
      password: text({ min: 1 }),
      keys: optional(listOf(shape<{ seed: Uint8Array }>({ seed: bytes(32) }))),
    }),
  )

  test('accepts what the check accepts', () => {
    expect(fault(unlock, { password: 'hunter2', keys: [{ seed: new Uint8Array(32) }] })).toBeUndefined()
  })

  test.each([
    ['hunter2', 'options', 'text, not shown'],
    [['hunter2'], 'options', 'a list, not shown'],
    [{ password: ['hunter2'] }, 'password', 'a list, not shown'],
    [{ password: '' }, 'password', 'empty text, not shown'],
    [{ password: 'a', passwrod: 'hunter2' }, 'passwrod', 'text, not shown'],
    [{ password: 'a', keys: [{ seed: new Uint8Array(31) }] }, 'keys[0].seed', 'bytes (31), not shown'],
    [{ password: 'a', keys: [{ seed: 7 }] }, 'keys[0].seed', 'a number, not shown'],
  ])('names what is wrong in %j and shows nothing of it', (value, field, shown) => {
    const error = fault(unlock, value)!
    expect(error.field).toBe(field)
    expect(error.shortMessage).toBe(`Invalid ${field}: ${shown}.`)
    expect(error.value).toBeInstanceOf(HiddenValue)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hunter2')
  })

  test('says when nothing was passed, and keeps the remedy', () => {
    const error = fault(secret(text({ min: 8 })), undefined, 'password')!
    expect(error.message).toBe('Invalid password: undefined. Pass text of at least 8 characters.')
    expect(fault(optional(secret(text())), undefined)).toBeUndefined()
  })
})

describe('signer', () => {
  test.each(['bottom drive obey lake', new Uint8Array(32), { sign: 'bottom drive' }])(
    'does not show what was passed in its place: %j',
    (value) => {
      const error = fault(signer, value, 'signer')!
      expect(error.value).toBeInstanceOf(HiddenValue)
      expect(error.message).not.toContain('bottom')
    },
  )
})

describe('nearest', () => {
  const known = ['port', 'stakeRao', 'store', 'tempoBlocks', 'version']

  test.each([
    ['stake', 'stakeRao'],
    ['prt', 'port'],
    ['tempo', 'tempoBlocks'],
    ['versoin', 'version'],
    ['zzz', undefined],
    ['', undefined],
    ['po', undefined],
  ])('of %o is %o', (given, wanted) => {
    expect(nearest(known, given)).toBe(wanted)
  })
})
