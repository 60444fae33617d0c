import { describe, expect, test } from 'vitest'
import {
  AbortedError,
  assert,
  BaseError,
  describeValue,
  HiddenValue,
  InvalidArgumentError,
  InvariantError,
  MissingPackageError,
  printable,
  printableName,
  ShapeError,
} from '../../../src/errors/index.js'

class TooColdError extends BaseError {
  override readonly name = 'TooColdError'
  readonly code = 'TooCold'
}

describe('BaseError', () => {
  test('joins the sentence and the hints into the message and keeps them apart as fields', () => {
    const error = new TooColdError('It is too cold.', {
      hints: ['Wear a coat.', 'Or stay in.'],
      docsPath: 'errors#too-cold',
    })
    expect(error.message).toBe('It is too cold. Wear a coat. Or stay in.')
    expect(error.shortMessage).toBe('It is too cold.')
    expect(error.hints).toEqual(['Wear a coat.', 'Or stay in.'])
    expect(error.docsPath).toBe('errors#too-cold')
    expect(error.code).toBe('TooCold')
    expect(String(error)).toBe('TooColdError: It is too cold. Wear a coat. Or stay in.')
    expect(error).toBeInstanceOf(Error)
  })

  test('has no cause property unless it was given one', () => {
    expect('cause' in new TooColdError('It is too cold.')).toBe(false)
    const cause = new Error('below zero')
    expect(new TooColdError('It is too cold.', { cause }).cause).toBe(cause)
  })

  test('find walks the chain of causes, itself first', () => {
    const root = new TooColdError('The root.')
    const middle = new Error('between', { cause: root })
    const top = new TooColdError('The top.', { cause: middle })
    expect(top.find((error) => error instanceof TooColdError)).toBe(top)
    expect(top.find((error) => error === root)).toBe(root)
    expect(top.find((error) => error === 'nowhere')).toBeUndefined()
  })

  test('find ends on a chain of causes that bites its tail', () => {
    const error = new TooColdError('It is too cold.')
    error.cause = error
    expect(error.find(() => false)).toBeUndefined()
  })
})

describe('a message with text from outside', () => {
  test('is safe to print on a terminal, and no longer than 16,384 characters', () => {
    const error = new TooColdError('file \u001b[2Jx\u202egnp.exe', { hints: ['a\u200bb'] })
    expect(error.message).toBe('file \\u001b[2Jx\\u202egnp.exe a\\u200bb')
    expect(error.shortMessage).toBe('file \\u001b[2Jx\\u202egnp.exe')
    expect(new TooColdError('x'.repeat(100_000)).message).toHaveLength(16_384)
  })
})

describe('InvalidArgumentError', () => {
  test('names the field, shows the value and says what would be accepted', () => {
    const error = new InvalidArgumentError({ field: 'netuid', value: -1, remedy: 'Pass 0 to 65,535.' })
    expect(error.message).toBe('Invalid netuid: -1. Pass 0 to 65,535.')
    expect(error).toMatchObject({
      name: 'InvalidArgumentError',
      code: 'InvalidArgument',
      field: 'netuid',
      value: -1,
      docsPath: 'errors#invalid-argument',
    })
  })
})

describe('ShapeError', () => {
  test('says both lengths', () => {
    const error = new ShapeError({ field: 'stake', expectedLength: 3, actualLength: 2 })
    expect(error.message).toBe('Invalid stake: "length 2". Pass stake with length 3.')
    expect(error).toMatchObject({ name: 'ShapeError', code: 'Shape', expectedLength: 3, actualLength: 2 })
    expect(error).toBeInstanceOf(InvalidArgumentError)
  })
})

describe('MissingPackageError', () => {
  test('says what to install', () => {
    const cause = new Error('not found')
    const error = new MissingPackageError({ packageName: 'left-pad', neededFor: 'padding', cause })
    expect(error.message).toBe(
      'The package left-pad is needed for padding and could not be loaded. Install it: npm install left-pad',
    )
    expect(error).toMatchObject({ code: 'MissingPackage', packageName: 'left-pad', cause })
  })
})

describe('AbortedError', () => {
  test('keeps the reason of the signal', () => {
    const error = new AbortedError({ what: 'The call', cause: 'enough' })
    expect(error.message).toBe('The call was aborted by its signal.')
    expect(error).toMatchObject({ name: 'AbortedError', code: 'Aborted', cause: 'enough' })
  })
})

describe('assert', () => {
  test('lets a truth pass', () => {
    expect(() => assert(1, 'one is true')).not.toThrow()
  })

  test('throws an InvariantError that asks for a report', () => {
    const fail = (): void => assert(0, 'zero is true')
    expect(fail).toThrow(InvariantError)
    expect(fail).toThrow(
      'Broken invariant: zero is true This is a defect in subnetkit: please report it with the inputs that led here.',
    )
  })
})

describe('describeValue', () => {
  test.each([
    [12n, '12n'],
    [-0, '-0'],
    ['a "b"', '"a \\"b\\""'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1, 2], 'array of 2'],
    [new Uint16Array(3), 'Uint16Array(6 bytes)'],
    [{ a: 1, b: 2 }, 'object {a, b}'],
    [function named() {}, 'function named'],
    [() => 1, 'function (anonymous)'],
    [Symbol('s'), 'Symbol(s)'],
    [Object.create(null), 'object {}'],
    [new Set([1]), 'Set of 1'],
    [new Map(), 'Map of 0'],
    [Promise.resolve(1), 'Promise {}'],
  ])('renders %o as %s', (value, text) => {
    expect(describeValue(value)).toBe(text)
  })

  test('is never longer than 80 characters', () => {
    expect(describeValue('x'.repeat(1_000))).toHaveLength(80)
    expect(describeValue(Object.fromEntries([['k'.repeat(500), 1]]))).toHaveLength(80)
  })
})

describe('describeValue of what cannot be looked at', () => {
  test('says so and does not throw', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(describeValue(proxy)).toBe('a value that cannot be shown')
  })
})

describe('HiddenValue', () => {
  test.each([
    ['hunter2', 'text, not shown'],
    ['', 'empty text, not shown'],
    [new Uint8Array(3), 'bytes (3), not shown'],
    [['a'], 'a list, not shown'],
    [{ a: 1 }, 'an object, not shown'],
    [7, 'a number, not shown'],
  ])('says the kind of %j', (value, shown) => {
    expect(String(HiddenValue.of(value))).toBe(shown)
    expect(describeValue(HiddenValue.of(value))).toBe(shown)
  })

  test('leaves nothing as it is', () => {
    expect([HiddenValue.of(undefined), HiddenValue.of(null)]).toEqual([undefined, null])
  })
})

describe('printable and printableName', () => {
  test.each([
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['a\u202eb', 'a\\u202eb'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['hangul\u3164filler', 'hangul\\u3164filler'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half\ud83d', 'half\\ud83d'],
    ['Zürich 😀', 'Zürich 😀'],
  ])('escape what hides in %j', (text, shown) => {
    expect(printable(text, 80)).toBe(shown)
    expect(printableName(text)).toBe(shown)
  })

  test('differ in line ends, which are part of text and not of a name', () => {
    expect(printable('a\nb', 80)).toBe('a\nb')
    expect(printableName('a\nb')).toBe('a\\u000ab')
  })

  test('never exceed their limit and never cut an escape or a pair in two', () => {
    expect(printableName('\u0000'.repeat(50), 20)).toBe('\\u0000\\u0000\\u0000…')
    expect(printableName('😀'.repeat(50), 10)).toBe('😀😀😀😀…')
    expect(printable('x'.repeat(20), 20)).toBe('x'.repeat(20))
    expect(printable('x'.repeat(21), 20)).toBe(`${'x'.repeat(19)}…`)
  })
})
