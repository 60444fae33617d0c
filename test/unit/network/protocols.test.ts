import { describe, expect, test } from 'vitest'
import { furtherMechanism, LocalNetwork } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { testNetwork } from '../../../src/testing/index.js'
import { powers, reveal, Squares, seal } from '../../integration/network/squares.js'

const miners = [
  { name: 'right', answers: powers(2) },
  { name: 'wrong', answers: powers(3) },
  // Shows what is right, and sealed something else.
  { name: 'changing', answers: [answerTo(seal, () => 'anything'), answerTo(reveal, (n) => n * n)] },
]

describe('a mechanism with steps', () => {
  test('pays on a network in virtual time, alike for one seed', async () => {
    const options = { mechanism: new Squares(), miners, validators: 2, epochs: 3, seed: 'squares' }
    const first = await testNetwork(options)
    expect(first.faults).toEqual([])
    expect([...first.incentive].filter(([, share]) => share > 0).map(([name]) => name)).toEqual(['right'])
    const second = await testNetwork({ ...options, mechanism: new Squares() })
    expect(second.earnedAlpha).toEqual(first.earnedAlpha)
  })

  test('is a further mechanism as any other', async () => {
    await using network = await LocalNetwork.start({
      mechanism: new Squares(),
      furtherMechanisms: [furtherMechanism({ mechanism: new Squares() })],
      miners,
      validators: 1,
    })
    for await (const _ of network.epochs({ count: 3 }));
    const of = async (mechanism: number) =>
      [...(await network.metagraph(mechanism)).columns.incentiveU16].filter((u16) => u16 > 0)
    expect(await of(0)).toEqual([65_535])
    expect(await of(1)).toEqual([65_535])
    expect(network.validator('validator-1').state).toBeGreaterThan(0)
  })

  test('runs in real time over sockets, with a rehearsal that counts for nothing', async () => {
    const asked: number[] = []
    const counting = [answerTo(seal, (n) => String(n * n)), answerTo(reveal, (n) => asked.push(n) && n * n)]
    const scored: ReadonlyMap<string, number>[] = []
    await using network = await LocalNetwork.start({
      mechanism: new Squares(),
      miners: [{ name: 'right', answers: counting }],
      validators: 1,
      time: 'real',
      onEvent: (event) => void (event.type === 'roundScored' && scored.push(event.scores)),
    })
    // Whoever is asked before start returns is asked by the rehearsal, or by a round that began since.
    expect(asked.length).toBeGreaterThan(0)
    for await (const _ of network.epochs({ count: 1 }));
    expect(scored.length).toBeGreaterThan(0)
    expect(asked.length).toBeGreaterThan(scored.length)
    for (const scores of scored) expect([...scores.values()]).toEqual([1])
  }, 60_000)

  test.each(['answer', 'prepare'])(
    'has no synapse for a miner with %s, which is told what to do',
    async (part) => {
      const spec = { name: 'right', [part]: () => 1 }
      await expect(
        LocalNetwork.start({ mechanism: new Squares(), miners: [spec as never], validators: 1 }),
      ).rejects.toThrow(`Invalid miners[0].${part}`)
      await expect(
        LocalNetwork.start({ mechanism: new Squares(), miners: [spec as never], validators: 1 }),
      ).rejects.toThrow('pass answers, one answerTo(synapse, answer) for each that it asks')
    },
  )
})
