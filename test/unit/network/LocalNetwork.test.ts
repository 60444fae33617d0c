import { describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { sleep } from '../../../src/clock/index.js'
import { copyWeights, type ScoreRound } from '../../../src/mechanism/index.js'
import type { EpochFrame } from '../../../src/metagraph/index.js'
import {
  type LatencyRange,
  LocalNetwork,
  type LocalNetworkOptions,
  type NetworkEvent,
} from '../../../src/network/index.js'
import { createMemoryNetwork, webSocketCarrier } from '../../../src/transport/index.js'
import { RAO_PER_TAO, valueRao } from '../../../src/units/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

const good = { name: 'good', answer: rightSum }
const weak = { name: 'weak', answer: (task: number[]) => rightSum(task) + 1 }

const start = (options: Partial<LocalNetworkOptions<number[], number, null>> = {}) =>
  LocalNetwork.start({ mechanism: new Sums(), miners: [good, weak], validators: 2, ...options })

async function framesOf(network: LocalNetwork<number[], number>, count: number): Promise<EpochFrame[]> {
  const frames: EpochFrame[] = []
  for await (const frame of network.epochs({ count })) frames.push(frame)
  return frames
}

const incentiveOf = ({ metagraph, names }: EpochFrame, name: string): number =>
  metagraph.row(names.indexOf(name)).incentive

describe('LocalNetwork', () => {
  test('registers everyone in listing order behind the owner', async () => {
    await using network = await start()
    const names = ['good', 'weak', 'validator-1', 'validator-2']
    expect(network.neurons.map(({ name }) => name)).toEqual(names)
    expect(network.neurons.map(({ role }) => role)).toEqual(['miner', 'miner', 'validator', 'validator'])
    const metagraph = await network.metagraph()
    expect(network.neurons.map(({ hotkey }) => metagraph.uidOf(hotkey))).toEqual([1, 2, 3, 4])
    expect(network.neurons.map(({ coldkey }, at) => metagraph.columns.coldkey[at + 1] === coldkey)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(metagraph.miners()).toEqual([1, 2])
    // 2,000 TAO less the fee, in a pool of 100,000 TAO and as much alpha into which three registrations brought 1, 1.26 and 1.5876 TAO,
    // a price that two blocks had lowered.
    const [inRao, taoRao] = [2_000 * (1 - 33 / 65_535), 100_000 + 3.8476 * 0.998076 ** 2 * (1 - 33 / 65_535)]
    expect(Number(metagraph.row(3).stakeAlpha) / 1e9).toBeCloseTo(
      (1e10 / taoRao) * (inRao / (taoRao + inRao)),
      3,
    )
  })

  test('keeps listing order for a large cast', async () => {
    const miners = Array.from({ length: 12 }, (_, at) => ({ name: `m${at}`, answer: rightSum }))
    await using network = await start({ miners, validators: 1 })
    const metagraph = await network.metagraph()
    expect(network.neurons.map(({ hotkey }) => metagraph.uidOf(hotkey))).toEqual(
      miners.map((_, at) => at + 1).concat(13),
    )
  })

  test('gives miners of one owner one coldkey, that of the first of them, and uids together', async () => {
    const of = (name: string, owner?: string) => ({
      name,
      answer: rightSum,
      ...(owner === undefined ? {} : { owner }),
    })
    const miners = [of('ann', 'crowd'), of('bob'), of('cid', 'crowd'), of('dan', 'bob'), of('eve', 'owner')]
    await using network = await start({ miners, validators: 1 })
    await network.addMiner(of('fay', 'crowd'))
    const coldkeys = new Map(network.neurons.map(({ name, coldkey }) => [name, coldkey]))
    expect(coldkeys.get('cid')).toBe(coldkeys.get('ann'))
    expect(coldkeys.get('fay')).toBe(coldkeys.get('ann'))
    expect(coldkeys.get('dan')).toBe(coldkeys.get('bob'))
    expect(coldkeys.get('eve')).toBe(network.signersOf('owner').coldkey.address)
    expect(new Set(coldkeys.values()).size).toBe(4)
    const metagraph = await network.metagraph()
    const uids = network.neurons.map(({ name, hotkey }) => [name, metagraph.uidOf(hotkey)])
    expect(new Map(uids as [string, number][]).size).toBe(7)
    expect(
      network.neurons.map(
        ({ hotkey, coldkey }) => metagraph.row(metagraph.uidOf(hotkey) ?? 0).coldkey === coldkey,
      ),
    ).not.toContain(false)
  })

  test('takes the latency that it is told for each trip, drawn for each neuron from the seed', async () => {
    const timesWith = async (
      latencyMs: number | LatencyRange,
      seed = 'latency',
    ): Promise<(readonly [string, number])[]> => {
      const times = new Map<string, number>()
      class Timed extends Sums {
        override score(round: ScoreRound<number[], number, null>) {
          for (const { hotkey, elapsedMs } of round.responses) times.set(hotkey, elapsedMs)
          return super.score(round)
        }
      }
      const miners = Array.from({ length: 6 }, (_, at) => ({ name: `m${at}`, answer: rightSum }))
      await using network = await start({ mechanism: new Timed(), miners, latencyMs, seed })
      await framesOf(network, 2)
      return network.neurons.slice(0, 6).map(({ name, hotkey }) => [name, times.get(hotkey) ?? Number.NaN])
    }
    expect((await timesWith(20)).map(([, ms]) => ms)).toEqual([40, 40, 40, 40, 40, 40])
    const range = { leastMs: 5, mostMs: 50 }
    const drawn = await timesWith(range)
    for (const [, ms] of drawn) {
      expect(ms).toBeGreaterThanOrEqual(10)
      expect(ms).toBeLessThanOrEqual(100)
    }
    expect(new Set(drawn.map(([, ms]) => ms)).size).toBeGreaterThan(2)
    expect(await timesWith(range)).toEqual(drawn)
    expect(await timesWith(range, 'other')).not.toEqual(drawn)
  })

  test('refuses a latency where another decides it, and one without room', async () => {
    await expect(start({ latencyMs: 5, time: 'real' })).rejects.toThrow('latencyMs')
    await expect(start({ latencyMs: 5, carrier: createMemoryNetwork() })).rejects.toThrow('latencyMs')
    await expect(start({ latencyMs: { leastMs: 3, mostMs: 1 } })).rejects.toThrow('latencyMs.mostMs')
  })

  test('yields one frame per epoch, in order, and then waits', async () => {
    await using network = await start()
    const frames = await framesOf(network, 4)
    expect(frames.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    expect(frames.map(({ block }) => block)).toEqual([10, 20, 30, 40])
    expect(
      frames.every(
        ({ block, metagraph }) => metagraph.block === block && metagraph.columns.lastEpochBlock === block,
      ),
    ).toBe(true)
    expect(frames[3]!.names).toEqual(['owner', 'good', 'weak', 'validator-1', 'validator-2'])
    expect((await network.chain.head()).number).toBe(40)
    expect((await framesOf(network, 1))[0]!.epoch).toBe(5)
  })

  test('says what each hotkey’s stake gained in the epoch', async () => {
    await using network = await start()
    const frames = await framesOf(network, 4)
    for (const [at, { earnedAlpha, metagraph }] of frames.entries()) {
      if (at === 0) continue
      const before = frames[at - 1]!.metagraph.columns.stakeAlpha
      expect([...earnedAlpha]).toEqual(
        [...metagraph.columns.stakeAlpha].map((stake, uid) => stake - before[uid]!),
      )
      // Ten blocks of 1 alpha each, all of it paid but a few rao of rounding.
      const total = earnedAlpha.reduce((sum, amount) => sum + amount, 0n)
      expect(10n * RAO_PER_TAO - total).toBeLessThan(100n)
    }
  })

  test('says what alpha costs, and that a subnet alone gets all TAO', async () => {
    await using network = await start()
    const [first, , , fourth] = await framesOf(network, 4)
    // 4,000 TAO staked and 1 TAO a block bring about 4 percent more TAO into a pool of 100,000, and take as much alpha out.
    expect(Number(valueRao(RAO_PER_TAO, first!.priceBits)) / 1e9).toBeCloseTo(1.04 ** 2, 2)
    expect(fourth!.priceBits).toBeGreaterThan(first!.priceBits)
    expect([first!.emissionShare, fourth!.emissionShare]).toEqual([1, 1])
  })

  test('pays better work better, and nothing for none', async () => {
    const events: NetworkEvent[] = []
    await using network = await start({
      miners: [
        good,
        weak,
        { name: 'throws', answer: () => Promise.reject(new TypeError('broken')) },
        {
          name: 'stalls',
          answer: (_, { clock, signal }) => sleep(clock, 60_000, signal).then(() => 0),
        },
        { name: 'malformed', answer: () => 'seven' as never },
        {
          name: 'lies',
          synapse: {
            ...new Sums().synapse,
            answer: {
              '~standard': { version: 1, vendor: 'liar', validate: (value) => ({ value: value as number }) },
            },
          },
          answer: () => 'seven' as never,
        },
        { name: 'dies', answer: rightSum, diesAfterEpoch: 3 },
      ],
      onEvent: (event) => events.push(event),
    })
    const frames = await framesOf(network, 8)
    const third = frames[2]!
    expect(incentiveOf(third, 'dies')).toBeCloseTo(incentiveOf(third, 'good'), 3)
    const last = frames[7]!
    expect(incentiveOf(last, 'good')).toBeGreaterThan(1.9 * incentiveOf(last, 'weak'))
    expect(incentiveOf(last, 'weak')).toBeGreaterThan(0)
    for (const name of ['throws', 'stalls', 'malformed', 'lies', 'dies'])
      expect([name, incentiveOf(last, name)]).toEqual([name, 0])
    expect(events.filter(({ type }) => type === 'roundFailed' || type === 'crashed')).toEqual([])
    expect((await network.chain.query('invariants', {})).broken).toEqual([])
  })

  test('prepares a miner with what it knows about itself, and lets it die', async () => {
    let known: unknown
    let die: (() => void) | undefined
    await using network = await start({
      miners: [
        good,
        {
          name: 'prepared',
          async prepare(self) {
            known = { name: self.name, hotkey: self.hotkey, now: self.clock.now() }
            die = self.die
            return rightSum
          },
        },
      ],
    })
    expect(known).toEqual({ name: 'prepared', hotkey: network.neurons[1]!.hotkey, now: 750 })
    const second = (await framesOf(network, 2))[1]!
    expect(incentiveOf(second, 'prepared')).toBeGreaterThan(0.4)
    die!()
    expect(incentiveOf((await framesOf(network, 3))[2]!, 'prepared')).toBe(0)
  })

  test('runs a validator that copies the others, and one that asks nobody earns by it too', async () => {
    await using network = await start({
      validators: [
        { name: 'a' },
        { name: 'b', stakeRao: 20_000n * RAO_PER_TAO },
        { name: 'copier', sampleSize: 0, weights: copyWeights },
      ],
    })
    const last = (await framesOf(network, 6))[5]!
    const weightsOf = (name: string) => last.metagraph.weightsOf(last.names.indexOf(name))
    expect(weightsOf('copier')).toEqual(weightsOf('a'))
    expect(last.earnedAlpha[last.names.indexOf('copier')]).toBeGreaterThan(0n)
    expect(network.validator('copier').standings.size).toBe(0)
    expect(network.validator('a').standings.size).toBe(2)
  })

  test('goes on when a neuron is stopped, and knows its names', async () => {
    // One of three: the two that are left are more than half of the stake.
    await using network = await start({ validators: 3 })
    await network.stopNeuron('weak')
    await network.stopNeuron('validator-2')
    const last = (await framesOf(network, 4))[3]!
    expect(incentiveOf(last, 'weak')).toBe(0)
    expect(incentiveOf(last, 'good')).toBe(1)
    expect(network.miner('good').axon.state).toBe('running')
    expect(network.miner('weak').axon.state).toBe('stopped')
    expect(() => network.miner('validator-1')).toThrow('Invalid name: "validator-1"')
    expect(() => network.validator('nobody')).toThrow('Invalid name: "nobody"')
    await expect(network.stopNeuron('nobody')).rejects.toThrow('Invalid name: "nobody"')
  })

  test('refuses names that are empty or taken, and a miner without work', async () => {
    await expect(start({ miners: [good, good] })).rejects.toThrow('Invalid miners[1].name: "good"')
    await expect(start({ miners: [{ ...good, name: 'owner' }] })).rejects.toThrow('"owner" is taken')
    await expect(start({ miners: [{ ...good, name: '' }] })).rejects.toThrow('Invalid miners[0].name')
    await expect(start({ miners: [{ name: 'idle' }] })).rejects.toThrow('Invalid miners[0].answer')
  })

  test('refuses real sockets in virtual time', async () => {
    await expect(start({ carrier: webSocketCarrier() })).rejects.toThrow("or run with time: 'real'")
  })

  test('a start that fails leaves nothing behind', async () => {
    const carrier = createMemoryNetwork()
    const preset = localnetPreset({ hyperparameters: { registrationAllowed: false } })
    await expect(start({ preset, carrier })).rejects.toMatchObject({ code: 'SubNetRegistrationDisabled' })
  })

  test('refuses a preset whose chain takes no axons on loopback, where its miners serve', async () => {
    const preset = localnetPreset({ config: { loopbackAxonsAllowed: false } })
    await expect(start({ preset })).rejects.toMatchObject({ field: 'preset.config.loopbackAxonsAllowed' })
  })

  test('ends its frames with the signal, quietly, and goes on after it', async () => {
    await using network = await start()
    const controller = new AbortController()
    const epochs: number[] = []
    for await (const { epoch } of network.epochs({ signal: controller.signal })) {
      if (epochs.push(epoch) === 2) controller.abort()
    }
    expect(epochs).toEqual([1, 2])
    expect((await framesOf(network, 1))[0]!.epoch).toBe(3)
  })

  test('stops while frames are waited for, twice, and tells nothing afterwards', async () => {
    const events: NetworkEvent[] = []
    const network = await start({ onEvent: (event) => events.push(event) })
    await framesOf(network, 1)
    const waiting = framesOf(network, 5)
    await network.stop()
    await network.stop()
    expect((await waiting).length).toBeLessThan(5)
    const told = events.length
    await network.run(new Promise<void>((resolve) => network.clock.setTimer(resolve, 60_000)))
    expect(events).toHaveLength(told)
    expect(await framesOf(network, 1)).toEqual([])
  })
})

describe('two runs of one seed', () => {
  const endOf = async (seed: string) => {
    const told: string[] = []
    await using network = await start({
      seed,
      miners: [
        good,
        weak,
        {
          name: 'late',
          answer: (task, { clock }) =>
            new Promise((resolve) => clock.setTimer(() => resolve(rightSum(task)), 150)),
        },
      ],
      validators: 3,
      onEvent: ({ neuron, type }) => told.push(`${neuron} ${type}`),
    })
    const frames = await framesOf(network, 6)
    const { stateHash, hash } = await network.chain.head()
    return { stateHash, hash, told, last: JSON.stringify(frames.at(-1)!.metagraph) }
  }

  test('end in the same block, state and history', async () => {
    expect(await endOf('twice')).toEqual(await endOf('twice'))
  })

  test('another seed ends elsewhere', async () => {
    const [one, other] = [await endOf('one'), await endOf('other')]
    expect(one.stateHash).not.toBe(other.stateHash)
  })
})
