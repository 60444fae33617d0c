import { describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { sleep } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import type { Receipt } from '../../../src/ledger/index.js'
import { silentLogger } from '../../../src/log/index.js'
import type { EpochFrame } from '../../../src/metagraph/index.js'
import { LocalNetwork, type LocalNetworkOptions } from '../../../src/network/index.js'
import { RAO_PER_TAO } from '../../../src/units/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

const good = { name: 'good', answer: rightSum }
const weak = { name: 'weak', answer: (task: number[]) => rightSum(task) + 1 }
const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

const start = (options: Partial<LocalNetworkOptions<number[], number, null>> = {}) =>
  LocalNetwork.start({ mechanism: new Sums(), miners: [good, weak], validators: 2, ...options })

async function framesOf(network: LocalNetwork<number[], number>, count: number): Promise<EpochFrame[]> {
  const frames: EpochFrame[] = []
  for await (const frame of network.epochs({ count })) frames.push(frame)
  return frames
}

const incentiveOf = ({ metagraph, names }: EpochFrame, name: string): number =>
  metagraph.row(names.indexOf(name)).incentive

const pay = (network: LocalNetwork<number[], number>): Promise<Receipt> =>
  network.chain.call(alice, 'transfer', { to: bob.address, amountRao: 1n })

describe('a call to the chain of a network on virtual time', () => {
  test('comes back before, between and after epochs', async () => {
    await using network = await start()
    expect((await pay(network)).refusal).toBeNull()
    const before = (await network.chain.head()).number
    await framesOf(network, 1)
    expect((await pay(network)).refusal).toBeNull()
    expect((await network.chain.head()).number).toBe(11)
    expect(before).toBeLessThan(11)
  })

  test('comes back beside epochs, many at once', async () => {
    await using network = await start()
    const [frames, ...receipts] = await Promise.all([
      framesOf(network, 2),
      ...Array.from({ length: 5 }, () => pay(network)),
    ])
    expect(frames.map(({ epoch }) => epoch)).toEqual([1, 2])
    expect(receipts.map(({ refusal }) => refusal)).toEqual([null, null, null, null, null])
  })

  test('comes back in an answer, and in onEvent, once or with each event', async () => {
    let network: LocalNetwork<number[], number> | undefined
    const told: Promise<Receipt>[] = []
    const answered: Receipt[] = []
    network = await start({
      miners: [
        weak,
        {
          ...good,
          async answer(task) {
            // One block, at most: half of the time that an answer may take.
            if (network !== undefined) answered.push(await pay(network))
            return rightSum(task)
          },
        },
      ],
      preset: localnetPreset({ blockMs: 100, hyperparameters: { maxAllowedValidators: 2 } }),
      onEvent: ({ type }) => {
        if (type === 'roundScored' && network !== undefined) told.push(pay(network))
      },
    })
    await using running = network
    const frames = await framesOf(running, 3)
    const receipts = await Promise.all([...told])
    expect(receipts.length).toBeGreaterThan(20)
    expect(answered.length).toBeGreaterThan(20)
    expect([...receipts, ...answered].filter(({ refusal }) => refusal !== null)).toEqual([])
    expect(incentiveOf(frames[2]!, 'good')).toBeGreaterThan(incentiveOf(frames[2]!, 'weak'))
  })

  test('keeps the network living no longer than it is waited for', async () => {
    let network: LocalNetwork<number[], number> | undefined
    network = await start({
      onEvent: ({ type }) => {
        if (type === 'roundScored' && network !== undefined) void pay(network).catch(() => {})
      },
    })
    await using running = network
    await framesOf(running, 1)
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect((await running.chain.head()).number).toBeLessThan(14)
  })

  test('ends when the network is stopped', async () => {
    const network = await start()
    const call = pay(network)
    const [outcome] = await Promise.allSettled([call, network.stop()])
    expect(outcome).toMatchObject(
      outcome.status === 'fulfilled' ? { value: { refusal: null } } : { reason: { code: 'ChainClosed' } },
    )
    await network.stop()
  })

  test('as any wait for it, ends with the network, also for what would never have come', async () => {
    const network = await start()
    const waits = [network.run(new Promise(() => {})), network.run(new Promise(() => {}))]
    const outcomes = Promise.allSettled(waits)
    await network.stop()
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'Aborted' } })
    await expect(network.run(new Promise(() => {}))).rejects.toMatchObject({ code: 'Aborted' })
  })

  test('does not let anything but itself go on before its instant is over', async () => {
    const history = async (): Promise<string[]> => {
      const lines: string[] = []
      await using network = await start({
        onEvent: ({ neuron, type }) => void lines.push(`${neuron} ${type}`),
      })
      for await (const { epoch } of network.epochs({ count: 2 })) {
        lines.push(`epoch ${epoch}`)
        lines.push(`paid in ${(await pay(network)).block}`)
        lines.push(`slept to ${await network.run(sleep(network.clock, 300).then(() => network.clock.now()))}`)
      }
      return lines
    }
    expect(await history()).toEqual(await history())
  })
})

describe('while a network runs', () => {
  test('its owner changes hyperparameters', async () => {
    await using network = await start()
    const { coldkey } = network.signersOf('owner')
    const args = { netuid: network.netuid, name: 'tempoBlocks', value: 20 } as const
    const receipt = await network.chain.call(coldkey, 'setHyperparameter', args)
    expect(receipt.refusal).toBeNull()
    const blocks = (await framesOf(network, 3)).map(({ block }) => block)
    expect(blocks[2]! - blocks[1]!).toBe(20)
  })

  test('its neurons’ keys sign for money and stake', async () => {
    await using network = await start()
    const [neuron] = network.neurons
    const { hotkey, coldkey } = network.signersOf('good')
    expect([hotkey.address, coldkey.address]).toEqual([neuron!.hotkey, neuron!.coldkey])
    const { netuid } = network
    const staked = { netuid, hotkey: neuron!.hotkey, amountRao: 5n * RAO_PER_TAO }
    expect((await network.chain.call(coldkey, 'addStake', staked)).refusal).toBeNull()
    expect((await network.metagraph()).row(1).stakeAlpha).toBeGreaterThan(4n * RAO_PER_TAO)
    const unstaked = { netuid, hotkey: neuron!.hotkey, amountAlpha: 4n * RAO_PER_TAO }
    expect((await network.chain.call(coldkey, 'removeStake', unstaked)).refusal).toBeNull()
    expect(() => network.signersOf('nobody')).toThrow('Pass one of good, weak, validator-1, validator-2')
  })

  test('the accounts of its preset have their money', async () => {
    await using network = await start()
    const account = await network.chain.query('account', { address: alice.address })
    expect(account.balanceRao).toBe(1_000_000n * RAO_PER_TAO)
    const preset = localnetPreset({
      endowed: [{ address: bob.address, balanceRao: 700n }],
      hyperparameters: { maxAllowedValidators: 2 },
    })
    await using other = await start({ preset })
    expect((await other.chain.query('account', { address: bob.address })).balanceRao).toBe(700n)
    expect((await other.chain.query('account', { address: alice.address })).balanceRao).toBe(0n)
  })

  test('miners join and are paid, and leave', async () => {
    await using network = await start()
    await framesOf(network, 1)
    const joined = await network.addMiner({ name: 'late', prepare: async () => rightSum })
    expect(network.neurons.at(-1)).toEqual(joined)
    expect((await network.metagraph()).uidOf(joined.hotkey)).toBe(5)
    expect(network.miner('late').axon.state).toBe('running')
    const paid = (await framesOf(network, 3))[2]!
    expect(paid.names[5]).toBe('late')
    expect(incentiveOf(paid, 'late')).toBeCloseTo(incentiveOf(paid, 'good'), 1)
    await network.stopNeuron('late')
    expect(incentiveOf((await framesOf(network, 3))[2]!, 'late')).toBe(0)
    await expect(network.addMiner({ name: 'late', answer: rightSum })).rejects.toThrow('Invalid spec.name')
    expect((await network.chain.query('invariants', {})).broken).toEqual([])
  })

  test('validators join where a permit is to be had', async () => {
    const preset = localnetPreset({ hyperparameters: { maxAllowedValidators: 3 } })
    await using network = await start({ preset })
    await network.addValidator({ name: 'late' })
    const last = (await framesOf(network, 4))[3]!
    expect(last.metagraph.row(last.names.indexOf('late')).dividends).toBeGreaterThan(0.2)
    await expect(network.addValidator({ name: 'poor', stakeRao: RAO_PER_TAO })).rejects.toThrow(
      'All 3 validator permits are held by stakes of',
    )
    expect(network.neurons.map(({ name }) => name)).not.toContain('poor')
    const rich = await network.addValidator({ name: 'rich', stakeRao: 100_000n * RAO_PER_TAO })
    const frame = (await framesOf(network, 3))[2]!
    expect(frame.metagraph.row(frame.metagraph.uidOf(rich.hotkey)!).dividends).toBeGreaterThan(0.5)
  })

  test('one that is not let in leaves its name free', async () => {
    await using network = await start()
    const { coldkey } = network.signersOf('owner')
    const rest = await network.chain.query('account', { address: coldkey.address })
    const amountRao = rest.balanceRao - RAO_PER_TAO
    await network.chain.call(coldkey, 'transfer', { to: alice.address, amountRao })
    await expect(network.addMiner({ name: 'late', answer: rightSum })).rejects.toMatchObject({
      name: 'CallRefusedError',
      callName: 'transfer',
    })
    await network.chain.call(alice, 'transfer', { to: coldkey.address, amountRao })
    expect((await network.addMiner({ name: 'late', answer: rightSum })).name).toBe('late')
  })

  test('epochs begin with the first one after the start', async () => {
    const preset = localnetPreset({
      hyperparameters: { maxAllowedValidators: 2, tempoBlocks: 1, weightsSetRateLimitBlocks: 1 },
    })
    await using network = await start({ preset })
    const { number } = await network.chain.head()
    expect((await framesOf(network, 1))[0]!.block).toBe(number + 1)
  })

  test('no validator asks before every miner serves', async () => {
    const seen: string[] = []
    await using network = await start({
      onEvent: ({ neuron, type }) => void seen.push(`${neuron} ${type}`),
    })
    await framesOf(network, 1)
    const firstRound = seen.findIndex((line) => line.endsWith('roundScored'))
    const lastServed = seen.findLastIndex((line) => line.endsWith('served'))
    expect(lastServed).toBeGreaterThan(-1)
    expect(lastServed).toBeLessThan(firstRound)
  })
})

describe('the faults of a network', () => {
  const linesOf = () => {
    const lines: { fields: Record<string, unknown>; message: string }[] = []
    const write = (fields: object, message: string): void =>
      void lines.push({ fields: fields as Record<string, unknown>, message })
    return { lines, logger: { ...silentLogger, warn: write, error: write } }
  }

  test('are said once for all neurons that have them, with a name and a count', async () => {
    class Broken extends Sums {
      override score(): never {
        throw new RangeError('my bug')
      }
    }
    const { lines, logger } = linesOf()
    const network = await start({ mechanism: new Broken(), logger })
    await framesOf(network, 1)
    await network.stop()
    const about = lines.filter(({ message }) => message.includes('my bug'))
    expect(about.map(({ fields }) => fields.count)).toEqual([undefined, 10, expect.any(Number)])
    expect(about[0]!.fields.neuron).toMatch(/^validator-/)
    expect(about[0]!.message).toMatch(/score/)
  })

  test('a listener that throws, or rejects, breaks nothing and is one of them', async () => {
    for (const onEvent of [
      () => {
        throw new RangeError('listener')
      },
      () => Promise.reject(new RangeError('listener')) as never,
    ]) {
      const { lines, logger } = linesOf()
      const network = await start({ logger, onEvent })
      const frames = await framesOf(network, 2)
      await network.stop()
      expect(incentiveOf(frames[1]!, 'good')).toBeGreaterThan(0.5)
      expect(lines[0]!.message).toContain('The function onEvent of the network threw RangeError: listener.')
      expect(lines.length).toBeLessThan(5)
    }
  })
})
