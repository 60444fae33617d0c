import { describe, expect, test } from 'vitest'
import { silentLogger } from '../../../../src/log/index.js'
import { decodeRound, encodeRound, type RoundRecord } from '../../../../src/mechanism/index.js'
import { LocalNetwork } from '../../../../src/network/index.js'
import { answerTo, replayRound } from '../../../../src/neuron/index.js'
import { keyNamed } from '../World.js'
import { doorOf, rent, Shop, type ShopState, SoldGuess, spell } from './Shop.js'

type Counts = { readonly [hotkey: string]: number }

/** Records as files hold them. */
const kept = (records: readonly RoundRecord[]) => records.map((record) => decodeRound(encodeRound(record)))

describe('a recorded round that was given what customers asked', () => {
  test('replays with no network, one per miner and all', async () => {
    const records: RoundRecord[] = []
    await using network: LocalNetwork<never, never, ShopState> = await LocalNetwork.start<
      never,
      never,
      ShopState
    >({
      mechanism: new Shop(),
      miners: [
        {
          name: 'ann',
          answers: [
            answerTo(rent, (lease) => ({ lease })),
            answerTo(spell, async function* (word) {
              yield* word
            }),
          ],
        },
      ],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
      onRound: (record) => void records.push(record),
    })
    const carl = network.dendrite(keyNamed('carl'))
    const door = doorOf(network, 'vera')
    const read = async (word: string) => {
      for await (const _ of carl.stream(spell, door, word));
    }
    await network.run(
      Promise.all([carl.call(rent, door, 3), carl.call(rent, door, 4), read('abc'), read('de')]),
    )
    for await (const _ of network.epochs({ count: 1 }));
    const { state } = network.validator('vera')
    expect(state.rents).toHaveLength(2)
    expect(state.spelt).toHaveLength(1)
    const replayed: ShopState[] = []
    for (const record of kept(records))
      replayed.push((await replayRound<ShopState>(new Shop(), record)).state)
    expect(replayed.at(-1)).toEqual(state)
  })

  test('replays in the short form, whose `score` is called for each of them', async () => {
    const records: RoundRecord[] = []
    const mechanism = new SoldGuess()
    await using network: LocalNetwork<number, number, Counts> = await LocalNetwork.start({
      mechanism,
      miners: [{ name: 'ann', answer: (task) => task }],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
      onRound: (record) => void records.push(record),
    })
    const carl = network.dendrite(keyNamed('carl'))
    expect(await network.run(carl.call(mechanism.synapse, doorOf(network, 'vera'), 77))).toMatchObject({
      status: 'ok',
    })
    for await (const _ of network.epochs({ count: 1 }));
    const [ann = ''] = network.neurons.map(({ hotkey }) => hotkey)
    const right = network.validator('vera').state[ann] ?? 0
    expect(right).toBe(records.length + 1)
    let last = 0
    for (const record of kept(records))
      last = (await replayRound<Counts>(new SoldGuess(), record)).state[ann] ?? 0
    expect(last).toBe(right)
    expect(records.filter(({ sold }) => sold.length === 1)).toHaveLength(1)
  })
})
