import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import {
  defineStream,
  defineSynapse,
  SchemaMismatchError,
  type Status,
  type StreamSynapse,
  type Synapse,
  statusOfWire,
  statusTable,
  validated,
} from '../../../src/synapse/index.js'

describe('defineSynapse and defineStream', () => {
  it('take their types from the schemas', () => {
    const unary = defineSynapse({ name: 'a', request: z.object({ x: z.number() }), answer: z.string() })
    const stream = defineStream({ name: 'b', request: z.number(), chunk: z.instanceof(Float32Array) })
    expectTypeOf(unary).toEqualTypeOf<Synapse<{ x: number }, string>>()
    expectTypeOf(stream).toExtend<StreamSynapse<number, Float32Array>>()
    expect([unary.kind, unary.name, stream.kind, stream.name]).toEqual(['unary', 'a', 'stream', 'b'])
  })

  it.each(['', 'x'.repeat(65), 'a b', 'a/b', 'ä'])('refuse the name %j', (name) => {
    const schema = z.unknown()
    expect(() => defineSynapse({ name, request: schema, answer: schema })).toThrow(InvalidArgumentError)
    expect(() => defineStream({ name, request: schema, chunk: schema })).toThrow('Invalid definition.name')
  })

  it('refuse what is no schema', () => {
    const wrong = {} as never
    expect(() => defineSynapse({ name: 'a', request: wrong, answer: z.number() })).toThrow(
      'Invalid definition.request',
    )
    expect(() => defineStream({ name: 'a', request: z.number(), chunk: wrong })).toThrow(
      'Invalid definition.chunk',
    )
  })
})

describe('validated', () => {
  const part = { synapse: 'add', part: 'request' } as const

  it('gives what the schema makes of the value, at once when it can', () => {
    expect(validated(z.object({ a: z.number().default(3) }), {}, part)).toEqual({ a: 3 })
  })

  it('waits for a schema that is asynchronous', async () => {
    const asynchronous = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (value: unknown) => ({ value: value as number }),
      },
    }
    await expect(validated(asynchronous, 5, part)).resolves.toBe(5)
  })

  it('names what does not fit, where, and at most eight of it', () => {
    const schema = z.object({ list: z.array(z.number()) })
    const error = (() => {
      try {
        return validated(schema, { list: Array(20).fill('x') }, part)
      } catch (caught) {
        return caught as SchemaMismatchError
      }
    })() as SchemaMismatchError
    expect(error).toBeInstanceOf(SchemaMismatchError)
    expect(error.code).toBe('SchemaMismatch')
    expect(error.synapse).toBe('add')
    expect(error.part).toBe('request')
    expect(error.issues).toHaveLength(8)
    expect(error.issues[1]?.path).toBe('request.list[1]')
    expect(error.shortMessage).toMatch(/^The request does not fit synapse add: request\.list\[0\] .+\.$/)
  })
})

describe('statusTable', () => {
  it('gives every status its own number, and takes no other number for one', () => {
    const statuses = Object.keys(statusTable) as Status[]
    for (const status of statuses) expect(statusOfWire(statusTable[status].wire)).toBe(status)
    expect(new Set(statuses.map((status) => statusTable[status].wire)).size).toBe(statuses.length)
    for (const wrong of [-1, statuses.length, 1.5, '0', undefined]) {
      expect(statusOfWire(wrong)).toBeUndefined()
    }
  })

  it('keeps the numbers on the wire and in HTTP for good', () => {
    expect(Object.entries(statusTable).map(([status, { wire, http }]) => [status, wire, http])).toEqual([
      ['ok', 0, 200],
      ['malformed', 1, 400],
      ['unknownSynapse', 2, 404],
      ['forbidden', 3, 403],
      ['overloaded', 4, 429],
      ['tooLarge', 5, 413],
      ['timeout', 6, 504],
      ['failed', 7, 500],
      ['unauthenticated', 8, 401],
      ['unreachable', 9, 503],
      ['cancelled', 10, 499],
    ])
  })
})
