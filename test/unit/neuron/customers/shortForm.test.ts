import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../../../src/log/index.js'
import type { ScoreRound } from '../../../../src/mechanism/index.js'
import { LocalNetwork } from '../../../../src/network/index.js'
import { atMiner } from '../../../../src/synapse/index.js'
import { keyNamed } from '../World.js'
import { doorOf, SoldGuess } from './Shop.js'

type Counts = { readonly [hotkey: string]: number }

/** Keeps what `score` was given. */
class Watched extends SoldGuess {
  readonly given: ScoreRound<number, number, Counts>[] = []

  override score(round: ScoreRound<number, number, Counts>) {
    this.given.push(round)
    return super.score(round)
  }
}

let network: LocalNetwork<number, number, Counts>
afterEach(() => network.stop())

describe('a mechanism in the short form that sells its synapse', () => {
  test('scores each request of a customer as one more task, with the one reply', async () => {
    const mechanism = new Watched()
    network = await LocalNetwork.start({
      mechanism,
      miners: [
        { name: 'honest', answer: (task) => task },
        { name: 'lazy', answer: (task) => (task === 77 ? 0 : task) },
      ],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
    })
    const carl = network.dendrite(keyNamed('carl'))
    const door = doorOf(network, 'vera')
    const [honest, lazy] = ['honest', 'lazy'].map(
      (name) => network.neurons.find((one) => one.name === name)?.hotkey ?? '',
    )
    const before = network.validator('vera').standings
    for (const miner of [honest, lazy, lazy])
      await network.run(carl.call(atMiner(mechanism.synapse), door, { miner: miner ?? '', request: 77 }))
    mechanism.given.length = 0
    for await (const _ of network.epochs({ count: 1 }));

    const sold = mechanism.given.filter(({ task, responses }) => task === 77 && responses.length === 1)
    expect(sold.map(({ responses: [reply] }) => [reply?.hotkey, reply?.answer])).toEqual([
      [honest, 77],
      [lazy, 0],
    ])
    // Nothing of the customers is in what the own task is scored by, and the state goes through all.
    expect(mechanism.given.every((round) => !('sold' in round))).toBe(true)
    const rounds = mechanism.given.length - sold.length
    expect(rounds).toBeGreaterThan(2)
    const standings = network.validator('vera').standings
    const countOf = (hotkey: string) => {
      const standing = [...standings].find(([one]) => one === hotkey)?.[1]
      const earlier = [...before].find(([one]) => one === hotkey)?.[1]
      return (standing?.count ?? 0) - (earlier?.count ?? 0)
    }
    // One score for each round, and one for the one row.
    expect(countOf(honest ?? '')).toBe(rounds + 1)
    expect(countOf(lazy ?? '')).toBe(rounds + 1)
    const meanOf = (hotkey: string) => [...standings].find(([one]) => one === hotkey)?.[1].mean
    expect(meanOf(honest ?? '')).toBe(1)
    expect(meanOf(lazy ?? '')).toBeLessThan(1)
  })

  test('asks for customers with its own deadline', async () => {
    network = await LocalNetwork.start({
      mechanism: new SoldGuess(),
      miners: [{ name: 'late', answer: (task) => task, answerCostMs: 101 }],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
    })
    const carl = network.dendrite(keyNamed('carl'))
    const result = await network.run(
      carl.call(new SoldGuess().synapse, doorOf(network, 'vera'), 1, { timeoutMs: 5_000 }),
    )
    expect(result).toMatchObject({ status: 'timeout', elapsedMs: 100 })
  })
})
