import { describe, expect, it } from 'vitest'
import { requestIds } from '../../../src/log/index.js'
import { isRequestId } from '../../../src/synapse/index.js'

describe('requestIds', () => {
  it('gives names that requests may have, each once, whoever makes them', () => {
    const makers = Array.from({ length: 20 }, requestIds)
    const names = makers.flatMap((next) => Array.from({ length: 50 }, next))
    expect(new Set(names).size).toBe(1_000)
    expect(names.every(isRequestId)).toBe(true)
  })
})
