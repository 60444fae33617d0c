import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  atMiner,
  defineStream,
  defineSynapse,
  SchemaMismatchError,
  validated,
} from '../../../src/synapse/index.js'

const rent = defineSynapse({
  name: 'rent',
  request: z.object({ hours: z.int() }),
  answer: z.string(),
  idempotent: true,
})
const checked = { synapse: 'rent.miner', part: 'request' } as const

describe('atMiner', () => {
  test('asks the same of a miner by name', () => {
    const at = atMiner(rent)
    expect(at).toMatchObject({ kind: 'unary', name: 'rent.miner', answer: rent.answer, idempotent: true })
    const request = { miner: 'a hotkey', request: { hours: 3 } }
    expect(validated(at.request, request, checked)).toEqual(request)
  })

  test('takes streams, whose rest only another miner could give', () => {
    const spell = defineStream({ name: 'spell', request: z.string(), chunk: z.string(), resume: () => 'x' })
    const at = atMiner(spell)
    expect(at).toMatchObject({ kind: 'stream', name: 'spell.miner', chunk: spell.chunk })
    expect(at.resume).toBeUndefined()
  })

  test('holds the request within to its schema, and says where it is wrong', () => {
    const wrong = { miner: 'a hotkey', request: { hours: 0.5 } }
    expect(() => validated(atMiner(rent).request, wrong, checked)).toThrow(SchemaMismatchError)
    expect(() => validated(atMiner(rent).request, wrong, checked)).toThrow(/request\.hours/)
    for (const none of [
      null,
      undefined,
      7,
      'rent',
      { request: { hours: 3 } },
      { miner: 7, request: { hours: 3 } },
    ])
      expect(() => validated(atMiner(rent).request, none as never, checked)).toThrow(/miner/)
  })

  test('waits for a schema that takes its time', async () => {
    const later = defineSynapse({
      name: 'later',
      request: z.string().refine(async (text) => text !== 'no'),
      answer: z.string(),
    })
    const request = atMiner(later).request
    expect(await validated(request, { miner: 'm', request: 'yes' }, checked)).toEqual({
      miner: 'm',
      request: 'yes',
    })
    await expect(validated(request, { miner: 'm', request: 'no' }, checked)).rejects.toThrow(/request/)
  })
})
