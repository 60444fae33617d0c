import { describe, expect, it } from 'vitest'
import { HeldBytes } from '../../../src/transport/index.js'

describe('HeldBytes', () => {
  it('drops those that hold most, until the rest fits', () => {
    const dropped: string[] = []
    const held = new HeldBytes<string>({ maxBytes: 100, drop: (name) => dropped.push(name) })
    for (const [name, bytes] of [
      ['a', 10],
      ['b', 50],
      ['c', 40],
    ] as const)
      held.note(name, bytes)
    expect(dropped).toEqual([])
    held.note('a', 30)
    expect(dropped).toEqual(['b'])
    held.note('a', 101)
    expect(dropped).toEqual(['b', 'a'])
    held.note('d', 60)
    expect(dropped).toEqual(['b', 'a'])
    held.note('d', 61)
    expect(dropped).toEqual(['b', 'a', 'd'])
  })

  it('drops nobody while some hold less by now than was said', () => {
    const dropped: string[] = []
    const now = new Map([
      ['quick', 90],
      ['slow', 60],
    ])
    const held = new HeldBytes<string>({
      maxBytes: 100,
      drop: (name) => dropped.push(name),
      bytesOf: (name) => now.get(name) ?? 0,
    })
    held.note('quick', 90)
    now.set('quick', 0)
    held.note('slow', 60)
    expect(dropped).toEqual([])
    now.set('quick', 70)
    held.note('quick', 70)
    expect(dropped).toEqual(['quick'])
  })

  it('forgets who is gone', () => {
    const dropped: string[] = []
    const held = new HeldBytes<string>({ maxBytes: 100, drop: (name) => dropped.push(name) })
    held.note('gone', 90)
    held.note('gone', 0)
    held.note('other', 60)
    expect(dropped).toEqual([])
  })
})
