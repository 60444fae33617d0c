import { describe, expect, test } from 'vitest'
import {
  AbortedError,
  assert,
  BaseError,
  describeValue,
  InvalidArgumentError,
  InvariantError,
  MissingPackageError,
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
  ])('renders %o as %s', (value, text) => {
    expect(describeValue(value)).toBe(text)
  })

  test('is never longer than 80 characters', () => {
    expect(describeValue('x'.repeat(1_000))).toHaveLength(80)
    expect(describeValue(Object.fromEntries([['k'.repeat(500), 1]]))).toHaveLength(80)
  })
})
