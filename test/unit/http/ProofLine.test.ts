import { describe, expect, it } from 'vitest'
import { networkOf } from '../../../src/http/server/networkOf.js'
import { ProofLine } from '../../../src/http/server/ProofLine.js'

const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('proofs that wait for their turn', () => {
  it('have it one in a turn of the event loop, and addresses in turns, whatever one of them sends', async () => {
    const line = new ProofLine(64)
    const had: string[] = []
    const enter = (address: string, name: string): void =>
      void line.enter(address)?.then(() => had.push(name))
    for (let count = 0; count < 5; count++) enter('a', `a${count}`)
    enter('b', 'b0')
    enter('c', 'c0')
    enter('b', 'b1')
    const most: number[] = []
    for (let before = 0; had.length < 8; before = had.length) {
      await turnOfLoop()
      most.push(had.length - before)
    }
    expect(Math.max(...most)).toBe(1)
    expect(had).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2', 'a3', 'a4'])
    enter('a', 'later')
    await turnOfLoop()
    await turnOfLoop()
    expect(had.at(-1)).toBe('later')
  })

  it('are half of all at most for one address, which leaves room for others and for its own once some are done', async () => {
    const line = new ProofLine(64)
    const turns = Array.from({ length: 40 }, () => line.enter('a'))
    expect(turns.filter((turn) => turn === undefined)).toHaveLength(8)
    expect(line.enter('b')).toBeInstanceOf(Promise)
    await turns[0]
    expect(line.enter('a')).toBeInstanceOf(Promise)
    expect(line.enter('a')).toBe(undefined)
    await Promise.all(turns)
  })

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, '?'],
  ])('of %s count as those of %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
