import { describe, expect, it } from 'vitest'
import { isUtf8Of, mediaTypeOf } from '../../../src/http/mediaType.js'

describe('mediaTypeOf', () => {
  it.each([
    ['application/json', 'application/json', undefined],
    ['Application/X-NDJSON', 'application/x-ndjson', undefined],
    ['application/json;charset=utf-8', 'application/json', 'utf-8'],
    [' application/json ; CharSet="UTF-8" ', 'application/json', 'utf-8'],
    ['application/json; version=1; charset=latin1', 'application/json', 'latin1'],
    ['application/json;', 'application/json', undefined],
    ['application/json; ; charset=utf-8', 'application/json', 'utf-8'],
    ['application/json; note="a;charset=latin1"', 'application/json', undefined],
  ])('reads %j', (header, type, charset) => {
    expect(mediaTypeOf(header)).toEqual({ type, charset })
  })

  it.each([
    '',
    'json',
    'application/',
    'application/json/more',
    'application/json, text/html',
    'application/json charset=utf-8',
    'application/json; charset',
    'application/json; charset=utf-8; charset=latin1',
    'application/json; charset="utf-8',
  ])('takes %j for none', (header) => {
    expect(mediaTypeOf(header)).toBeUndefined()
  })

  it('looks at a long header once', () => {
    expect(mediaTypeOf(`application/json${'; a="b"'.repeat(3_000)}`)?.type).toBe('application/json')
    expect(mediaTypeOf(`application/json${' '.repeat(20_000)}x`)).toBeUndefined()
  })
})

describe('isUtf8Of', () => {
  it('wants the type itself, and UTF-8 where a character set is named', () => {
    expect(isUtf8Of('application/json; charset=UTF-8', 'application/json')).toBe(true)
    expect(isUtf8Of('application/json', 'application/json')).toBe(true)
    for (const other of [
      'application/json-patch+json',
      'application/json; charset=latin1',
      'text/html',
      null,
      undefined,
    ])
      expect(isUtf8Of(other, 'application/json')).toBe(false)
  })
})
