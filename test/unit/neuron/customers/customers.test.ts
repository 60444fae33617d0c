import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../../../src/log/index.js'
import { LocalNetwork, type LocalNetworkOptions, type NetworkEvent } from '../../../../src/network/index.js'
import { answerTo, type ValidatorOptions } from '../../../../src/neuron/index.js'
import { atMiner } from '../../../../src/synapse/index.js'
import { keyNamed } from '../World.js'
import { doorOf, rent, Shop, type ShopState, spell } from './Shop.js'

type State = ShopState
type Customers = NonNullable<ValidatorOptions<never, never, State>['customers']>

const honest = [
  answerTo(rent, (hours) => ({ lease: hours })),
  answerTo(spell, async function* (word) {
    yield* word
  }),
]

let network: LocalNetwork<never, never, State>
let events: NetworkEvent[]
afterEach(() => network.stop())

async function shop(
  miners: LocalNetworkOptions<never, never, State>['miners'] = [{ name: 'ann', answers: honest }],
  customers: Customers = {},
  options: Partial<LocalNetworkOptions<never, never, State>> = {},
) {
  events = []
  network = await LocalNetwork.start<never, never, State>({
    mechanism: new Shop(),
    miners,
    validators: [{ name: 'vera', customers }],
    logger: silentLogger,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const carl = network.dendrite(keyNamed('carl'))
  const door = doorOf(network, 'vera')
  const hotkeyOf = (name: string) => network.neurons.find((one) => one.name === name)?.hotkey ?? ''
  return { carl, door, hotkeyOf }
}

const told = <Type extends NetworkEvent['type']>(type: Type) =>
  events.filter((event): event is Extract<NetworkEvent, { type: Type }> => event.type === type)

async function epochs(count: number): Promise<void> {
  for await (const _ of network.epochs({ count }));
}

async function all<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const given: T[] = []
  for await (const chunk of chunks) given.push(chunk)
  return given
}

describe('a customer of a validator', () => {
  test('is answered by a miner, and the next round knows', async () => {
    const { carl, door, hotkeyOf } = await shop()
    const result = await network.run(carl.call(rent, door, 3))
    expect(result).toMatchObject({ status: 'ok', answer: { lease: 3 } })
    await epochs(1)
    expect(network.validator('vera').state.rents).toEqual([`${carl.hotkey} 3 ok`])
    expect(told('customerCall')).toEqual([
      expect.objectContaining({
        synapse: 'rent',
        customer: carl.hotkey,
        miners: [hotkeyOf('ann')],
        status: 'ok',
        requestBytes: 9,
        answerBytes: 5 + 3 + 5 + 9,
      }),
    ])
  })

  test('is given a stream as it comes, and the next round its parts', async () => {
    const { carl, door, hotkeyOf } = await shop()
    expect(await network.run(all(carl.stream(spell, door, 'abc')))).toEqual(['a', 'b', 'c'])
    await epochs(1)
    expect(network.validator('vera').state.spelt).toEqual([`${hotkeyOf('ann')} ok abc`])
  })

  test('may name the miner', async () => {
    const named = (name: string) => ({ name, answers: [answerTo(rent, () => ({ lease: name.length }))] })
    const { carl, door, hotkeyOf } = await shop([named('ann'), named('barbara')])
    for (const name of ['ann', 'barbara', 'ann']) {
      const request = { miner: hotkeyOf(name), request: 1 }
      const result = await network.run(carl.call(atMiner(rent), door, request))
      expect(result).toMatchObject({ status: 'ok', answer: { lease: name.length } })
    }
  })
})
