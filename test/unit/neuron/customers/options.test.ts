import { afterEach, describe, expect, test } from 'vitest'
import { Axon } from '../../../../src/axon/index.js'
import { assertMechanism, type SoldSynapse } from '../../../../src/mechanism/index.js'
import type { ValidatorOptions } from '../../../../src/neuron/index.js'
import { defineSynapse } from '../../../../src/synapse/index.js'
import { Guess } from '../Guess.js'
import { keyNamed, World } from '../World.js'
import { Shop, SoldGuess } from './Shop.js'

let world: World
afterEach(() => world?.chain.close())

describe('customers of a validator', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['a port that is none', { port: 65_536 }, 'customers.port', /65535/],
    ['no host', { host: '' }, 'customers.host', /text/],
    ['no place', { maxAtOnce: 0 }, 'customers.maxAtOnce', /from 1/],
    ['no share', { share: 0 }, 'customers.share', /above 0, up to 1/],
    ['more than all', { share: 1.1 }, 'customers.share', /above 0, up to 1/],
    ['a blacklist that is a list', { blacklist: [] }, 'customers.blacklist', /function/],
    [
      'a quota without an interval',
      { quotas: { perCaller: { calls: 1 } } },
      'quotas.perCaller.intervalMs',
      /./,
    ],
    ['an unknown key', { ports: 1 }, 'customers.ports', /port/],
  ])('are refused for %s', async (_, customers, field, remedy) => {
    world = await World.start()
    const make = () =>
      world.makeValidator('judge', new SoldGuess(), {
        customers: customers as ValidatorOptions<number, number, never>['customers'] & object,
      })
    expect(make).toThrow(
      expect.objectContaining({
        name: 'InvalidArgumentError',
        field,
        message: expect.stringMatching(remedy),
      }),
    )
  })

  test('are refused where there is nothing to sell', async () => {
    world = await World.start()
    expect(() => world.makeValidator('judge', new Guess(), { customers: {} })).toThrow(
      expect.objectContaining({ field: 'customers', message: expect.stringContaining('sells') }),
    )
  })

  test('have no door where nobody lets them in', async () => {
    world = await World.start()
    expect(world.makeValidator('judge', new SoldGuess()).validator.customers).toBeUndefined()
  })

  test('whose port is taken fail the start, and nothing is left running', async () => {
    world = await World.start()
    await world.join('judge', 5_000n)
    const { carrier, clock } = world
    const taken = new Axon({ signer: keyNamed('other'), carrier, clock, port: 7_777 })
    await taken.start()
    const { validator } = world.makeValidator('judge', new SoldGuess(), { customers: { port: 7_777 } })
    await expect(world.run(validator.start())).rejects.toMatchObject({ name: 'ListenError' })
    expect(validator.isRunning).toBe(false)
    await taken.stop()
  })
})

describe('what a mechanism sells', () => {
  const synapse = new Guess().synapse
  const long = defineSynapse({ name: 'x'.repeat(59), request: synapse.request, answer: synapse.answer })
  test.each<[string, unknown, string]>([
    ['no list', {}, 'mechanism.sells'],
    ['no synapse', [{ keep: 'all' }], 'mechanism.sells[0].synapse'],
    ['what is no synapse', [{ synapse: {}, keep: 'all' }], 'mechanism.sells[0].synapse.kind'],
    ['another way to keep', [{ synapse, keep: 'some' }], 'mechanism.sells[0].keep'],
    ['no time', [{ synapse, keep: 'all', timeoutMs: 0 }], 'mechanism.sells[0].timeoutMs'],
    [
      'a name twice',
      [
        { synapse, keep: 'all' },
        { synapse, keep: 'all' },
      ],
      'mechanism.sells[1].synapse.name',
    ],
    [
      'the name of another at a miner',
      [
        { synapse, keep: 'all' },
        { synapse: { ...synapse, name: 'guess.miner' }, keep: 'all' },
      ],
      'mechanism.sells[1].synapse.name',
    ],
    ['a name that is too long for both', [{ synapse: long, keep: 'all' }], 'definition.name'],
    ['an unknown key', [{ synapse, keep: 'all', price: 1 }], 'mechanism.sells[0].price'],
  ])('is refused: %s', (_, sells, field) => {
    class Wrong extends Guess {
      override readonly sells = sells as readonly SoldSynapse[]
    }
    expect(() => assertMechanism(new Wrong())).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError', field }),
    )
  })

  test('may be nothing, and streams', () => {
    assertMechanism(new Guess())
    assertMechanism(new Shop())
  })
})
