import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../../src/log/index.js'
import { LocalNetwork, type NetworkEvent } from '../../src/network/index.js'
import { answerTo } from '../../src/neuron/index.js'
import { atMiner } from '../../src/synapse/index.js'
import { doorOf, rent, Shop, type ShopState, SoldGuess } from '../unit/neuron/customers/Shop.js'
import { keyNamed } from '../unit/neuron/World.js'

const MINERS = ['ann', 'barbara', 'cleo']
/** What only `ann` answers wrongly: nobody but a customer asks it. */
const TRAP = 5_000

type Counts = { readonly [hotkey: string]: number }

/** One wave of calls of a customer: how many, and of whom, before the next round. */
interface Wave {
  readonly calls: number
  readonly miner: number
}

const waves = fc.array(fc.record({ calls: fc.integer({ min: 1, max: 40 }), miner: fc.nat(2) }), {
  minLength: 1,
  maxLength: 4,
})

/** Each hotkey's scores in a network that is flooded, round by round. */
async function flooded(seed: string, flood: readonly Wave[]) {
  const rounds: ReadonlyMap<string, number>[] = []
  const onEvent = (event: NetworkEvent): void => {
    if (event.type === 'roundScored') rounds.push(event.scores)
  }
  const mechanism = new SoldGuess()
  const wrong = (name: string) => (task: number) => (name === 'ann' && task === TRAP ? 0 : task)
  await using network: LocalNetwork<number, number, Counts> = await LocalNetwork.start({
    mechanism,
    miners: MINERS.map((name) => ({ name, answer: wrong(name) })),
    validators: [{ name: 'vera', customers: {} }],
    seed,
    logger: silentLogger,
    onEvent,
  })
  const hotkeys = MINERS.map((name) => network.neurons.find((one) => one.name === name)?.hotkey ?? '')
  const carl = network.dendrite(keyNamed('carl'))
  const door = doorOf(network, 'vera')
  for (const { calls, miner } of flood) {
    const request = { miner: hotkeys[miner] ?? '', request: TRAP }
    await network.run(
      Promise.all(Array.from({ length: calls }, () => carl.call(atMiner(mechanism.synapse), door, request))),
    )
  }
  for await (const _ of network.epochs({ count: 1 }));
  const { standings } = network.validator('vera')
  return { rounds, standings, hotkeys }
}

describe('a flood by one customer', () => {
  test('moves no standing by more than one row per miner and round', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uuid(), waves, async (seed, flood) => {
        const { rounds, standings, hotkeys } = await flooded(seed, flood)
        // Own tasks are answered rightly; a row of the trap is one more, wrong of ann alone.
        for (const scores of rounds)
          for (const hotkey of hotkeys)
            expect(hotkey === hotkeys[0] ? [0.5, 1] : [1]).toContain(scores.get(hotkey) ?? 1)
        const isTrapped = rounds.some((scores) => scores.get(hotkeys[0] as never) === 0.5)
        expect(isTrapped).toBe(flood.some(({ miner }) => miner === 0))
        for (const [hotkey, { count, mean }] of standings) {
          expect(count).toBeLessThanOrEqual(2 * rounds.length)
          expect(count).toBeGreaterThanOrEqual(rounds.length)
          if (hotkey !== hotkeys[0]) expect(mean).toBe(1)
        }
      }),
      { numRuns: 8 },
    )
  }, 120_000)

  test('loses no lease: each that a customer was given is in the state, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uuid(),
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.record({ flood: fc.nat(12), fails: fc.boolean() }), { minLength: 1, maxLength: 4 }),
        async (seed, soldRows, steps) => {
          const mechanism = new Shop({ soldRows })
          await using network: LocalNetwork<never, never, ShopState> = await LocalNetwork.start<
            never,
            never,
            ShopState
          >({
            mechanism,
            miners: [{ name: 'ann', answers: [answerTo(rent, (lease) => ({ lease }))] }],
            validators: [{ name: 'vera', customers: {} }],
            seed,
            logger: silentLogger,
          })
          const door = doorOf(network, 'vera')
          const [carl, rival] = ['carl', 'rival'].map((name) => network.dendrite(keyNamed(name)))
          const granted: string[] = []
          let hours = 0
          for (const { flood, fails } of steps) {
            const calls = [carl, ...Array(flood).fill(rival)].map(async (one) => {
              const asked = ++hours
              const { status } = await one.call(rent, door, asked)
              if (status === 'ok') granted.push(`${one.hotkey} ${asked} ok`)
              else expect(status).toBe('overloaded')
            })
            if (fails) mechanism.failures = 1
            await network.run(Promise.all(calls))
            for await (const _ of network.epochs({ count: 1 }));
          }
          for await (const _ of network.epochs({ count: 1 }));
          expect([...network.validator('vera').state.rents].sort()).toEqual([...granted].sort())
        },
      ),
      { numRuns: 10 },
    )
  }, 120_000)
})
