import { describe, expect, it } from 'vitest'
import { isRequestId, isTraceparent } from '../../../src/synapse/index.js'

describe('isRequestId', () => {
  it.each(['a', 'order-7.2_B', 'x'.repeat(64)])('takes %s', (name) => expect(isRequestId(name)).toBe(true))
  it.each(['', 'a b', 'a\n', 'ä', 'x'.repeat(65), 7, null, undefined, ['a']])('refuses %j', (name) =>
    expect(isRequestId(name)).toBe(false),
  )
})

describe('isTraceparent', () => {
  // The examples of the recommendation, https://www.w3.org/TR/trace-context/#examples-of-http-traceparent-headers.
  it.each([
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',
  ])('takes %s', (trace) => expect(isTraceparent(trace)).toBe(true))
  it.each([
    ['a version that may not be', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['no trace', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['no parent', '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01'],
    ['capitals', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01'],
    ['more', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x'],
    ['a line break', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\n'],
    ['what is no text', 7],
  ])('refuses %s', (_, trace) => expect(isTraceparent(trace)).toBe(false))
})
