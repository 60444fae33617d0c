import { describe, expect, test } from 'vitest'
import { ChainClosedError, type LocalChain } from '../../../src/chain/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { refuse } from '../../../src/ledger/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  CallRefusedError,
  joinSubnet,
  Miner,
  NeuronStateError,
  NotRegisteredError,
} from '../../../src/neuron/index.js'
import { Guess } from './Guess.js'
import { hotkeyNamed, keyNamed, World } from './World.js'

const mechanism = new Guess() as never
const truthful = ((task: number) => task) as never

/** A chain of which some methods are others. */
const changed = (chain: LocalChain, methods: { readonly [name: string]: unknown }): LocalChain =>
  new Proxy(chain, {
    get(target, name) {
      const value: unknown = methods[String(name)] ?? Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

/** Calls a miner as somebody and says how it ended. */
async function statusFor(world: World, caller: string, miner: Miner<number, number>) {
  const dendrite = new Dendrite({ signer: keyNamed(caller), carrier: world.carrier, clock: world.clock })
  const target = { hotkey: miner.hotkey, ...miner.axon.address }
  const { status } = await world.run(dendrite.call(new Guess().synapse, target, 7, { timeoutMs: 500 }))
  await world.run(dendrite.close())
  return status
}

async function worldWithMiner(options = {}) {
  const world = await World.start()
  await world.join('miner')
  const { miner, events } = await world.miner<number, number>('miner', mechanism, truthful, options)
  return { world, miner, events }
}

/** The address that the chain shows for a hotkey. */
async function shownOf(world: World, hotkey: Miner<number, number>['hotkey']) {
  const metagraph = await world.chain.metagraph(world.netuid)
  return metagraph.columns.axon[metagraph.uidOf(hotkey)!]
}

describe('Miner', () => {
  test('answers, and its address is on chain once it has started', async () => {
    const { world, miner, events } = await worldWithMiner()
    const metagraph = await world.chain.metagraph(world.netuid)
    const uid = metagraph.uidOf(miner.hotkey)!
    expect(metagraph.columns.axon[uid]).toEqual(miner.axon.address)
    expect(events).toEqual([{ type: 'served', block: metagraph.block, address: miner.axon.address }])
    await world.run(miner.stop())
  })

  test('serves those with a permit or enough stake only', async () => {
    const { world, miner } = await worldWithMiner()
    // In a pool of 100,000 TAO and as much alpha, the first 1,012 TAO buy more than 1,000 alpha, and the next less.
    await world.join('rich', 1_012n)
    await world.join('poor', 1_012n)
    expect(await statusFor(world, 'rich', miner)).toBe('ok')
    expect(await statusFor(world, 'poor', miner)).toBe('forbidden')
    expect(await statusFor(world, 'stranger', miner)).toBe('forbidden')
    // After an epoch the poor one holds a permit: its stake is above zero.
    await world.untilBlock((await world.chain.head()).number + 10)
    expect(await statusFor(world, 'poor', miner)).toBe('ok')
    expect(miner.axon.counters.refused.blacklisted).toBe(2)
    await world.run(miner.stop())
  })

  test('can be told to serve others, or at another stake', async () => {
    const open = await worldWithMiner({ blacklist: () => false })
    expect(await statusFor(open.world, 'stranger', open.miner)).toBe('ok')
    const cheap = await worldWithMiner({ minCallerStakeAlpha: 1n })
    await cheap.world.join('poor', 1n)
    expect(await statusFor(cheap.world, 'poor', cheap.miner)).toBe('ok')
  })

  test('announces itself anew with a new address, and waits for the rate limit to pass', async () => {
    const { world, miner } = await worldWithMiner()
    await world.run(miner.stop())
    const { number } = await world.chain.head()
    const again = await world.miner<number, number>('miner', mechanism, truthful)
    expect(again.events.map(({ type }) => type)).toEqual([
      ...again.events.slice(1).map(() => 'serveRefused'),
      'served',
    ])
    expect(again.events[0]).toMatchObject({
      type: 'serveRefused',
      refusal: { error: 'ServingRateLimitExceeded' },
    })
    const served = again.events.at(-1)!
    expect(served).toMatchObject({ type: 'served', address: again.miner.axon.address })
    expect((served as { block: number }).block - number).toBeGreaterThanOrEqual(4)
    await world.run(again.miner.stop())
  })

  test('puts nothing on chain when its address is there already', async () => {
    const { world, miner } = await worldWithMiner({ axon: { port: 8_091 } })
    await world.run(miner.stop())
    const again = await world.miner<number, number>('miner', mechanism, truthful, { axon: { port: 8_091 } })
    expect(again.events).toEqual([])
    await world.run(again.miner.stop())
  })

  test('says that it lost its slot, and announces itself when it holds one again', async () => {
    const world = await World.start({
      hyperparameters: { maxAllowedUids: 2, minNonImmuneUids: 0, immunityPeriodBlocks: 0 },
    })
    await world.join('miner')
    const { miner, events } = await world.miner<number, number>('miner', mechanism, truthful)
    await world.join('rival')
    await world.untilBlock((await world.chain.head()).number + 2)
    expect(events.at(-1)).toMatchObject({ type: 'deregistered' })
    await world.join('miner')
    await world.untilBlock((await world.chain.head()).number + 2)
    expect(events.at(-1)).toMatchObject({ type: 'served' })
    const metagraph = await world.chain.metagraph(world.netuid)
    expect(metagraph.columns.axon[metagraph.uidOf(miner.hotkey)!]).toEqual(miner.axon.address)
    await world.run(miner.stop())
  })

  test('can ask another miner of its subnet', async () => {
    const world = await World.start()
    for (const name of ['oracle', 'copier']) await world.join(name)
    await world.join('judge', 10_000n)
    await world.miner<number, number>('oracle', mechanism, truthful, { blacklist: () => false })
    const copier = await world.miner<number, number>('copier', mechanism, (async (
      task: number,
      context: never,
    ) => {
      const { ask, hotkey } = context as {
        ask: (...args: unknown[]) => Promise<{ answer?: number; status: string }>
        hotkey: string
      }
      expect(hotkey).toBe(hotkeyNamed('copier'))
      expect((await ask(hotkeyNamed('judge'), task)).status).toBe('unreachable')
      return (await ask(hotkeyNamed('oracle'), task, { timeoutMs: 100 })).answer
    }) as never)
    expect(await statusFor(world, 'judge', copier.miner)).toBe('ok')
    await world.run(copier.miner.stop())
  })

  test('starts once, for a registered hotkey', async () => {
    const { world, miner } = await worldWithMiner()
    await expect(world.run(miner.start())).rejects.toThrow(NeuronStateError)
    await world.run(miner.stop())
    await world.run(miner.stop())
    await expect(world.miner('stranger', mechanism, truthful)).rejects.toThrow(NotRegisteredError)
    await expect(world.miner('stranger', mechanism, truthful)).rejects.toMatchObject({
      code: 'HotKeyNotRegisteredInSubNet',
      netuid: 1,
      hotkey: hotkeyNamed('stranger'),
    })
  })

  test('does not start with an address that the chain refuses', async () => {
    const world = await World.start()
    await world.join('miner')
    // All ones and loopback are refused before the chain is asked; that it rules more out is seen when it says so.
    const chain = changed(world.chain, {
      call: async () => ({ block: 9, refusal: refuse('InvalidIpAddress', { ip: '203.0.113.7' }) }),
    })
    const start = world.miner('miner', mechanism, truthful, { chain })
    await expect(start).rejects.toThrow(CallRefusedError)
    await expect(start).rejects.toMatchObject({
      code: 'InvalidIpAddress',
      callName: 'serveAxon',
      refusal: { data: { ip: '203.0.113.7' } },
      hints: ['Announce the address by which other machines reach this one.'],
    })
  })

  test.each([
    '0.0.0.0',
    '::',
    '0:0:0:0:0:0:0:0',
    '::ffff:0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    'localhost',
    'my.host',
  ])('announces no address that nobody can dial: %s', async (host) => {
    const world = await World.start()
    await world.join('miner')
    const start = world.miner('miner', mechanism, truthful, { announce: { host, port: 8_091 } })
    await expect(start).rejects.toMatchObject({ code: 'InvalidIpAddress', field: 'announce' })
    await expect(start).rejects.toThrow('Pass announce: { host, port } with the address at which')
    expect((await world.chain.metagraph(world.netuid)).miners()).toEqual([])
  })

  test.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])(
    'announces no loopback address where the chain does not take them: %s',
    async (host) => {
      const world = await World.start({ config: { loopbackAxonsAllowed: false } })
      await world.join('miner')
      const start = world.miner('miner', mechanism, truthful, { announce: { host, port: 8_091 } })
      await expect(start).rejects.toMatchObject({ code: 'InvalidIpAddress', field: 'announce' })
      await expect(world.miner('miner', mechanism, truthful)).rejects.toMatchObject({ field: 'announce' })
    },
  )

  test('announces what it was told to instead of what it listens on', async () => {
    const world = await World.start({ config: { loopbackAxonsAllowed: false } })
    await world.join('miner')
    const announce = { host: '203.0.113.7', port: 8_091 }
    const { miner, events } = await world.miner<number, number>('miner', mechanism, truthful, {
      axon: { host: '0.0.0.0' },
      announce,
    })
    expect(events[0]).toMatchObject({ type: 'served', address: announce })
    await world.run(miner.stop())
  })

  test('leaves the address to another program that serves the same hotkey while that one answers, and says so once', async () => {
    const { world, miner, events } = await worldWithMiner()
    const other = await world.miner<number, number>('miner', mechanism, truthful)
    await world.untilBlock((await world.chain.head()).number + 100)
    expect(events.map(({ type }) => type)).toEqual(['served', 'addressReplaced'])
    expect(events[1]).toMatchObject({ address: miner.axon.address, shown: other.miner.axon.address })
    // The rate limit of its address has to pass first.
    const told = other.events.map(({ type }) => type).filter((type) => type !== 'serveRefused')
    expect(told).toEqual(['served'])
    expect(await shownOf(world, miner.hotkey)).toEqual(other.miner.axon.address)
    await world.run(Promise.all([miner.stop(), other.miner.stop()]))
  })

  test('takes the address back once the other program is gone, as often as another comes and goes', async () => {
    const { world, miner, events } = await worldWithMiner()
    for (let turn = 0; turn < 2; turn++) {
      const other = await world.miner<number, number>('miner', mechanism, truthful)
      await world.untilBlock((await world.chain.head()).number + 20)
      expect(await shownOf(world, miner.hotkey)).toEqual(other.miner.axon.address)
      const gone = other.miner.axon.address
      await world.run(other.miner.stop())
      await world.untilBlock((await world.chain.head()).number + 60)
      const types = events.splice(0).map(({ type }) => type)
      expect(types.slice(turn === 0 ? 1 : 0)).toEqual(['addressReplaced', 'addressTakenBack', 'served'])
      expect(gone).not.toEqual(miner.axon.address)
      expect(await shownOf(world, miner.hotkey)).toEqual(miner.axon.address)
    }
    await world.run(miner.stop())
  })

  test('does not take turns for ever with a live program that it cannot reach', async () => {
    const { world, miner, events } = await worldWithMiner({ announce: { host: '203.0.113.7', port: 1 } })
    const other = await world.miner<number, number>('miner', mechanism, truthful, {
      announce: { host: '203.0.113.8', port: 2 },
    })
    await world.untilBlock((await world.chain.head()).number + 300)
    const early = events.length + other.events.length
    expect(events.filter(({ type }) => type === 'addressTakenBack')).toHaveLength(1)
    expect(other.events.filter(({ type }) => type === 'addressTakenBack')).toHaveLength(1)
    await world.untilBlock((await world.chain.head()).number + 300)
    expect(events.length + other.events.length).toBe(early)
    expect(await shownOf(world, miner.hotkey)).toEqual({ host: '203.0.113.8', port: 2 })
    await world.run(Promise.all([miner.stop(), other.miner.stop()]))
  })

  test('stops answering when it is stopped', async () => {
    const { world, miner } = await worldWithMiner({ blacklist: () => false })
    const target = { hotkey: miner.hotkey, ...miner.axon.address }
    await world.run(miner.stop())
    const dendrite = new Dendrite({ signer: keyNamed('x'), carrier: world.carrier, clock: world.clock })
    const { status } = await world.run(dendrite.call(new Guess().synapse, target, 7, { timeoutMs: 500 }))
    expect(status).toBe('unreachable')
    await miner.done
  })
})

describe('joinSubnet', () => {
  test('registers and stakes, and does nothing where there is stake, whatever it is worth', async () => {
    const world = await World.start()
    const uid = await world.join('ann', 5n)
    const { number } = await world.chain.head()
    expect(await world.join('ann', 5n)).toBe(uid)
    expect((await world.chain.head()).number).toBe(number)
    expect(await world.join('ann', 7n)).toBe(uid)
    expect((await world.chain.head()).number).toBe(number)
    // 5 TAO less the fee, in a pool of 100,000 TAO and as much alpha, into which the registration brought 1 TAO and the block emission 1 more.
    const { columns } = await world.chain.metagraph(world.netuid)
    expect(Number(columns.stakeAlpha[uid]) / 1e9).toBeCloseTo(4.997_482 * (1 - 9 / 100_000), 4)
    expect(await world.join('bob')).toBe(uid + 1)
    expect(await world.join('bob', 5n)).toBe(uid + 1)
    const later = await world.chain.metagraph(world.netuid)
    expect(later.columns.stakeAlpha[uid + 1]).toBeGreaterThan(4_990_000_000n)
  })

  test('names the chain’s refusal', async () => {
    const world = await World.start()
    const who = { chain: world.chain, coldkey: keyNamed('poor'), hotkey: hotkeyNamed('ann'), netuid: 1 }
    await expect(world.run(joinSubnet(who))).rejects.toMatchObject({
      name: 'CallRefusedError',
      code: 'NotEnoughBalanceToStake',
      callName: 'registerNeuron',
      message: expect.stringMatching(
        /A registration costs [\d.]+ TAO \(\d{7,} rao\), and the balance is 0 rao\. Send the coldkey TAO/,
      ),
    })
    const payer = { ...who, coldkey: keyNamed('payer'), limitRao: 1n }
    await expect(world.run(joinSubnet(payer))).rejects.toMatchObject({
      code: 'RegistrationPriceLimitExceeded',
    })
  })

  test('pays for nothing when the balance does not reach for both', async () => {
    const world = await World.start()
    const who = { chain: world.chain, coldkey: keyNamed('payer'), hotkey: hotkeyNamed('ann'), netuid: 1 }
    const join = world.run(joinSubnet({ ...who, stakeRao: 10n ** 18n }))
    await expect(join).rejects.toMatchObject({
      code: 'InvalidArgument',
      field: 'stakeRao',
      message: expect.stringContaining(' TAO ('),
    })
    expect(await world.chain.query('uid', { netuid: 1, hotkey: who.hotkey })).toBeNull()
  })

  test('pays for nothing when another coldkey owns the hotkey, and names it', async () => {
    const world = await World.start({
      hyperparameters: { maxAllowedUids: 2, minNonImmuneUids: 0, immunityPeriodBlocks: 0 },
    })
    for (const name of ['ann', 'rival']) await world.join(name)
    const who = { chain: world.chain, coldkey: keyNamed('other'), hotkey: hotkeyNamed('ann'), netuid: 1 }
    const join = world.run(joinSubnet(who))
    await expect(join).rejects.toMatchObject({ code: 'InvalidArgument', field: 'coldkey' })
    await expect(join).rejects.toThrow(keyNamed('payer').address)
    await expect(world.run(joinSubnet({ ...who, netuid: 9 }))).rejects.toMatchObject({
      code: 'SubnetNotExists',
    })
  })

  test('neither pays nor announces for a coldkey that does not own the hotkey, though it is registered', async () => {
    const world = await World.start()
    await world.join('ann')
    const rich = keyNamed('rich')
    await world.call(keyNamed('payer'), 'transfer', { to: rich.address, amountRao: 10n ** 13n })
    const before = await world.chain.query('account', { address: rich.address })
    const who = { chain: world.chain, coldkey: rich, netuid: 1 }
    const stakeRao = 10n ** 10n
    const miner = {
      signer: keyNamed('ann'),
      mechanism,
      answer: truthful,
      carrier: world.carrier,
      clock: world.clock,
    }
    for (const join of [
      () => joinSubnet({ ...who, hotkey: hotkeyNamed('ann') }),
      () => joinSubnet({ ...who, hotkey: hotkeyNamed('ann'), stakeRao }),
      () => Miner.join({ ...who, ...miner, logger: silentLogger }),
    ]) {
      const joined = world.run<unknown>(join())
      await expect(joined).rejects.toMatchObject({ code: 'InvalidArgument', field: 'coldkey' })
      await expect(joined).rejects.toThrow(`Pass the coldkey ${keyNamed('payer').address}: it owns hotkey`)
    }
    expect(await world.chain.query('account', { address: rich.address })).toEqual(before)
    expect(await shownOf(world, hotkeyNamed('ann'))).toBeNull()
  })

  test.each([
    ['a port that is taken', { axon: { port: 8_099 } }, 'ListenFailed'],
    ['an address that nobody can dial', { axon: { host: '0.0.0.0' } }, 'InvalidIpAddress'],
    ['a mechanism without a synapse', { mechanism: {} }, 'InvalidArgument'],
    ['an unknown option', { anounce: { host: '203.0.113.7', port: 1 } }, 'InvalidArgument'],
    ['another owner of the hotkey', { coldkey: keyNamed('stranger') }, 'InvalidArgument'],
    ['a chain that is closed', { chain: 'closed' }, 'ChainClosed'],
  ])('Miner.join pays for nothing with %s', async (_, wrong, code) => {
    const world = await World.start({
      hyperparameters: { maxAllowedUids: 2, minNonImmuneUids: 0, immunityPeriodBlocks: 0 },
    })
    await world.join('miner')
    await world.miner('miner', mechanism, truthful, { axon: { port: 8_099 } })
    // Its slot is taken, and it has an owner from then on.
    await world.join('rival')
    const slot = { netuid: 1, hotkey: hotkeyNamed('miner') }
    const subnet = await world.chain.query('subnet', { netuid: 1 })
    const before = await world.chain.query('account', { address: keyNamed('payer').address })
    const closed = changed(world.chain, {
      query: async () => {
        throw new ChainClosedError()
      },
    })
    const join = Miner.join({
      chain: world.chain,
      coldkey: keyNamed('payer'),
      signer: keyNamed('miner'),
      netuid: world.netuid,
      mechanism,
      answer: truthful,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
      ...wrong,
      ...('chain' in wrong ? { chain: closed } : {}),
    } as never)
    await expect(world.run(join)).rejects.toMatchObject({ code })
    expect(await world.chain.query('uid', slot)).toBeNull()
    expect(await world.chain.query('account', { address: keyNamed('payer').address })).toEqual(before)
    expect((await world.chain.query('subnet', { netuid: 1 }))!.recycledRao).toBe(subnet!.recycledRao)
  })

  test('Miner.join does it and starts the miner, and says nothing of a slot that was lost', async () => {
    const world = await World.start()
    const types: string[] = []
    const miner = await world.run(
      Miner.join({
        chain: world.chain,
        coldkey: keyNamed('payer'),
        signer: keyNamed('miner'),
        netuid: world.netuid,
        mechanism,
        answer: truthful,
        carrier: world.carrier,
        clock: world.clock,
        onEvent: ({ type }) => types.push(type),
      }),
    )
    expect(miner.axon.state).toBe('running')
    await world.untilBlock((await world.chain.head()).number + 2)
    expect(types).toEqual(['served'])
    await world.run(miner.stop())
  })
})
