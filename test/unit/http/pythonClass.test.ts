import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NotPythonError, pythonClassOf } from '../../../src/http/index.js'
import { defineStream, defineSynapse } from '../../../src/synapse/index.js'

describe('the class of a synapse in Python', () => {
  it('has request and answer as one class, whose answers may be missing', () => {
    const judge = defineSynapse({
      name: 'Judge',
      request: z.object({
        text: z.string().min(3),
        count: z.int(),
        share: z.number(),
        tags: z.array(z.string()),
        counts: z.record(z.string(), z.int()),
        kind: z.enum(['a', 'b']),
        hint: z.string().optional(),
        either: z.union([z.int(), z.string()]),
        maybe: z.int().nullable(),
        more: z.object({ deep: z.number() }),
        any: z.unknown(),
      }),
      answer: z.object({ text: z.string(), score: z.number(), why: z.string().nullable() }),
    })
    const hashFields = [
      { name: 'text', type: 'str' },
      { name: 'count', type: 'int' },
    ] as const
    expect(pythonClassOf(judge, { hashFields })).toBe(`# Made by subnetkit of the synapse Judge.
from typing import Any, ClassVar, Dict, List, Optional, Tuple, Union

import bittensor as bt


class Judge(bt.Synapse):
    text: str
    count: int
    share: float
    tags: List[str]
    counts: Dict[str, int]
    kind: str
    hint: Optional[str] = None
    either: Union[int, str]
    maybe: Optional[int] = None
    more: Dict[str, Any]
    any: Any = None
    score: Optional[float] = None
    why: Optional[str] = None
    required_hash_fields: ClassVar[Tuple[str, ...]] = ("text", "count",)
`)
  })

  it('gathers the text of a stream', () => {
    const tell = defineStream({ name: 'Tell', request: z.object({ prompt: z.string() }), chunk: z.string() })
    const text = pythonClassOf(tell)
    expect(text).toContain('class Tell(bt.StreamingSynapse):')
    expect(text).toContain('    completion: Optional[str] = None')
    expect(text).toContain('required_hash_fields: ClassVar[Tuple[str, ...]] = ()')
  })

  const answer = z.object({ sum: z.int() })
  /** A schema of a library without Standard JSON Schema. */
  const plain = {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value: value as object }) },
  } as const

  type Schema = StandardSchemaV1
  const misfits: readonly (readonly [
    string,
    { readonly request: Schema; readonly answer: Schema },
    string,
  ])[] = [
    ['a schema without JSON Schema', { request: plain, answer }, 'request'],
    ['a request that is no object', { request: z.number(), answer }, 'request'],
    ['an answer that is no object', { request: answer, answer: z.number() }, 'answer'],
    ['a name in camelCase', { request: z.object({ aB: z.int() }), answer }, 'request.aB'],
    ['a name that every synapse has', { request: z.object({ timeout: z.int() }), answer }, 'request.timeout'],
    [
      'the name of a method that every synapse has',
      { request: answer, answer: z.object({ deserialize: z.int() }) },
      'answer.deserialize',
    ],
    ['a word of Python', { request: z.object({ lambda: z.int() }), answer }, 'request.lambda'],
    ['a date', { request: z.object({ at: z.date() }), answer }, 'request'],
    [
      'a tuple of other kinds',
      { request: z.object({ a: z.intersection(z.int(), z.int()) }), answer },
      'request.a',
    ],
  ]
  it.each(misfits)('is not printed for %s', (_what, schemas, path) => {
    const synapse = defineSynapse({ name: 'Other', ...schemas })
    expect(() => pythonClassOf(synapse)).toThrow(NotPythonError)
    expect(() => pythonClassOf(synapse)).toThrow(expect.objectContaining({ path, synapse: 'Other' }) as Error)
  })

  it('is not printed for a stream of numbers, or one whose field is taken', () => {
    const numbers = defineStream({ name: 'N', request: answer, chunk: z.number() })
    expect(() => pythonClassOf(numbers)).toThrow(expect.objectContaining({ path: 'chunk' }) as Error)
    const taken = defineStream({
      name: 'T',
      request: z.object({ completion: z.string() }),
      chunk: z.string(),
    })
    expect(() => pythonClassOf(taken)).toThrow(
      expect.objectContaining({ path: 'request.completion' }) as Error,
    )
  })

  it('names only fields of the request as signed', () => {
    const synapse = defineSynapse({ name: 'Add', request: z.object({ a: z.int() }), answer })
    const hashFields = [{ name: 'sum', type: 'int' }] as const
    expect(() => pythonClassOf(synapse, { hashFields })).toThrow(NotPythonError)
  })
})
