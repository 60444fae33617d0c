import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Counter, type OpenMetricsContentType, Registry } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { ChainNode, LocalChain, RemoteChain } from '../../../src/chain/index.js'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { MissingPackageError } from '../../../src/errors/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { MAX_SYNAPSES, MAX_WATCHED, Monitor, metricTable } from '../../../src/monitor/index.js'
import { neuronSource } from '../../../src/monitor/neuronSource.js'
import { promClient } from '../../../src/monitor/promClient.js'
import { Router } from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'
import { SoldGuess } from '../neuron/customers/Shop.js'
import { Guess } from '../neuron/Guess.js'
import { keyNamed, World } from '../neuron/World.js'
import { valueIn, valuesOf } from './scrape.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const caller = keyPairFromUri('//Bob', { scheme: 'ed25519' })

async function axonAndCaller(clock = new VirtualClock()) {
  const carrier = createMemoryNetwork({ clock })
  const limits = { maxRunning: 1, maxQueued: 0 }
  const axon = new Axon({ signer, carrier, clock, logger: silentLogger, limits })
  await axon.start()
  const dendrite = new Dendrite({ signer: caller, carrier, clock })
  const target = { hotkey: axon.hotkey, ...axon.address }
  const run = async <T>(work: Promise<T>): Promise<T> => {
    let settled = false
    const done = work.finally(() => {
      settled = true
    })
    done.catch(() => {})
    await clock.run({ until: () => settled })
    return await done
  }
  const stop = async (): Promise<void> => {
    await dendrite.close()
    await run(axon.stop())
  }
  return { clock, axon, dendrite, target, run, stop }
}

describe('a watched axon', () => {
  test('tells calls by synapse and how they ended, with the time they took', async () => {
    const { clock, axon, dendrite, target, run, stop } = await axonAndCaller()
    const slow = defineSynapse({ name: 'slow', request: z.number(), answer: z.number() })
    axon.handle(slow, async (ms) => {
      await sleep(clock, ms)
      return ms
    })
    await using monitor = await Monitor.create({ clock })
    monitor.watch('alice', { axon, dendrite })
    for (const ms of [2, 40, 400]) expect((await run(dendrite.call(slow, target, ms))).status).toBe('ok')
    const series = valuesOf(await monitor.metrics())
    const of = (le: string) =>
      series.get(
        `subnetkit_axon_call_duration_seconds_bucket{name="alice",synapse="slow",status="ok",le="${le}"}`,
      )
    expect([of('0.001'), of('0.0025'), of('0.05'), of('0.25'), of('0.5'), of('+Inf')]).toEqual([
      0, 1, 2, 2, 3, 3,
    ])
    const labels = '{name="alice",synapse="slow",status="ok"}'
    expect(series.get(`subnetkit_axon_call_duration_seconds_sum${labels}`)).toBeCloseTo(0.442, 9)
    expect(series.get(`subnetkit_axon_call_duration_seconds_count${labels}`)).toBe(3)
    expect(series.get('subnetkit_axon_calls_received_total{name="alice"}')).toBe(3)
    expect(series.get('subnetkit_axon_connections{name="alice",state="proven"}')).toBe(1)
    expect(series.get('subnetkit_dendrite_connections{name="alice"}')).toBe(1)
    const { received, sent } = dendrite.bytes.session ?? { received: 0, sent: 0 }
    expect(Math.min(received, sent)).toBeGreaterThan(200)
    const bytes = (what: string) =>
      series.get(`subnetkit_${what}_bytes_total{name="alice",transport="session"}`)
    const counted = ['axon_received', 'axon_sent', 'dendrite_received', 'dendrite_sent'].map(bytes)
    expect(counted).toEqual([sent, received, received, sent])
    await stop()
  })

  test('shows who was turned away by reason, and nothing that a stranger chose', async () => {
    const { axon, dendrite, target, run, stop } = await axonAndCaller()
    await using monitor = await Monitor.create()
    monitor.watch('alice', { axon })
    const unheard = defineSynapse({ name: 'x'.repeat(64), request: z.number(), answer: z.number() })
    for (let k = 0; k < 3; k++) await run(dendrite.call(unheard, target, k))
    const text = await monitor.metrics()
    expect(valuesOf(text).get('subnetkit_axon_refused_total{name="alice",reason="unknownSynapse"}')).toBe(3)
    expect(text).not.toContain('xxxx')
    expect(text).not.toContain(caller.address)
    await stop()
  })

  test('and a dendrite that is watched tell how calls failed, and how many are under way', async () => {
    const { clock, axon, dendrite, target, run, stop } = await axonAndCaller()
    const slow = defineSynapse({ name: 'slow', request: z.number(), answer: z.number() })
    axon.handle(slow, async (ms) => {
      await sleep(clock, ms)
      return ms
    })
    await using monitor = await Monitor.create({ clock })
    monitor.watch('alice', { axon, dendrite })
    const late = dendrite.call(slow, target, 500, { timeoutMs: 30 })
    await expect.poll(() => valueIn(monitor, 'subnetkit_dendrite_calls{name="alice"}')).toBe(1)
    expect((await run(late)).status).toBe('timeout')
    await run(sleep(clock, 100))
    // The axon has a deadline of its own, and is told besides: whichever comes first.
    const ends = [...valuesOf(await monitor.metrics())].filter(([name]) =>
      /^subnetkit_axon_call_duration_seconds_count.*status="(timeout|cancelled)"/.test(name),
    )
    expect(ends.map(([, count]) => count)).toEqual([1])
    const series = valuesOf(await monitor.metrics())
    const labels = '{name="alice",synapse="slow",status="timeout"}'
    expect(series.get(`subnetkit_dendrite_call_duration_seconds_count${labels}`)).toBe(1)
    expect(series.get(`subnetkit_dendrite_call_duration_seconds_sum${labels}`)).toBeCloseTo(0.03, 9)
    expect(series.get('subnetkit_dendrite_calls{name="alice"}')).toBe(0)
    await stop()
  })

  test('counts faults by part, and is 0 in subnetkit_axon_running once it has stopped', async () => {
    const { axon, dendrite, target, run, stop } = await axonAndCaller()
    const broken = defineSynapse({ name: 'broken', request: z.number(), answer: z.number() })
    axon.handle(broken, () => {
      throw new TypeError('broken')
    })
    await using monitor = await Monitor.create()
    monitor.watch('alice', { axon })
    await run(dendrite.call(broken, target, 1))
    expect(await valueIn(monitor, 'subnetkit_axon_faults_total{name="alice",part="handler"}')).toBe(1)
    expect(await valueIn(monitor, 'subnetkit_axon_running{name="alice"}')).toBe(1)
    expect(await monitor.readiness()).toEqual({
      isReady: true,
      checks: [{ name: 'alice', check: 'axon', status: 'ok' }],
    })
    await stop()
    expect(await valueIn(monitor, 'subnetkit_axon_running{name="alice"}')).toBe(0)
  })

  test('has a bounded number of series: synapses beyond 64 count as one', async () => {
    const { axon, dendrite, target, run, stop } = await axonAndCaller()
    await using monitor = await Monitor.create()
    monitor.watch('alice', { axon })
    for (let k = 0; k < MAX_SYNAPSES + 6; k++) {
      const one = defineSynapse({ name: `s${k}`, request: z.number(), answer: z.number() })
      axon.handle(one, (value) => value)
      expect((await run(dendrite.call(one, target, k))).status).toBe('ok')
    }
    const counts = [...valuesOf(await monitor.metrics())].filter(([name]) =>
      name.startsWith('subnetkit_axon_call_duration_seconds_count'),
    )
    expect(counts).toHaveLength(MAX_SYNAPSES + 1)
    expect(counts.at(-1)).toEqual([
      'subnetkit_axon_call_duration_seconds_count{name="alice",synapse="(other)",status="ok"}',
      6,
    ])
    await stop()
  })
})

describe('a watched router', () => {
  test('tells calls, the requests that they cost, and whom it may ask', async () => {
    const { clock, axon, dendrite, target, run, stop } = await axonAndCaller()
    const double = defineSynapse({
      name: 'double',
      request: z.number(),
      answer: z.number(),
      idempotent: true,
    })
    axon.handle(double, (value) => 2 * value)
    const settings = { dendrite, clock, logger: silentLogger, seed: 'monitor' }
    const router = await Router.start({ ...settings, candidates: [target] })
    const lost = await Router.start({ ...settings, candidates: [] })
    await using monitor = await Monitor.create({ clock })
    monitor.watch('buyer', { router })
    monitor.watch('lost', { router: lost })
    expect((await run(router.call(double, 21))).status).toBe('ok')
    const series = valuesOf(await monitor.metrics())
    const labels = '{name="buyer",synapse="double",status="ok"}'
    expect(series.get(`subnetkit_router_call_duration_seconds_count${labels}`)).toBe(1)
    expect(series.get('subnetkit_router_attempts_total{name="buyer",kind="first"}')).toBe(1)
    expect(series.get('subnetkit_router_attempts_total{name="buyer",kind="retry"}')).toBe(0)
    expect(series.get('subnetkit_router_candidates{name="buyer"}')).toBe(1)
    // What was asked beside first requests is no first request, nor are checks whether somebody is there.
    const asked = { attempts: 9, retries: 3, hedges: 2, stalls: 1, presenceChecks: 4, extraRequests: 10 }
    Object.defineProperty(router, 'counters', { value: { ...router.counters, ...asked } })
    const later = valuesOf(await monitor.metrics())
    const kinds = ['first', 'retry', 'hedge', 'stalled', 'presence']
    const requests = kinds.map((kind) =>
      later.get(`subnetkit_router_attempts_total{name="buyer",kind="${kind}"}`),
    )
    expect(requests).toEqual([3, 3, 2, 1, 4])
    const { checks } = await monitor.readiness()
    expect(checks).toEqual([
      { name: 'buyer', check: 'candidates', status: 'ok' },
      { name: 'lost', check: 'candidates', status: 'failed', reason: 'It knows of no miner to ask.' },
    ])
    await run(Promise.all([router.close(), lost.close()]))
    await stop()
  })
})

describe('watched neurons', () => {
  test('tell rounds, answers, weights and the block that they have seen', async () => {
    const world = await World.start()
    await world.join('judge', 5_000n)
    await world.join('miner')
    const mechanism = new Guess()
    const { miner } = await world.miner('miner', mechanism as never, ((task: number) => task) as never)
    const { validator } = world.makeValidator('judge', mechanism)
    await using monitor = await Monitor.create({ clock: world.clock })
    monitor.watch('miner-1', { miner })
    monitor.watch('judge', { validator })
    const before = await monitor.readiness()
    expect(before.isReady).toBe(false)
    expect(before.checks).toContainEqual({
      name: 'judge',
      check: 'validator',
      status: 'failed',
      reason: 'The validator does not run.',
    })
    await world.run(validator.start())
    await world.untilBlock(40)
    const series = valuesOf(await monitor.metrics())
    const of = (name: string) => series.get(name) ?? 0
    const rounds = of('subnetkit_validator_rounds_total{name="judge",result="scored"}')
    expect(rounds).toBeGreaterThan(10)
    expect(of('subnetkit_validator_answers_total{name="judge",status="ok"}')).toBe(rounds)
    expect(of('subnetkit_validator_round_duration_seconds_count{name="judge"}')).toBe(rounds)
    expect(of('subnetkit_neuron_events_total{name="judge",role="validator",type="roundScored"}')).toBe(rounds)
    expect(of('subnetkit_validator_weights_total{name="judge",outcome="set"}')).toBeGreaterThan(1)
    expect(of('subnetkit_validator_weights_block{name="judge"}')).toBeGreaterThan(20)
    expect(of('subnetkit_validator_standings{name="judge"}')).toBe(1)
    expect(of('subnetkit_validator_permit{name="judge"}')).toBe(1)
    expect(of('subnetkit_validator_stake_alpha{name="judge"}')).toBeGreaterThan(1_000)
    expect(of('subnetkit_neuron_block{name="judge",role="validator"}')).toBeGreaterThanOrEqual(39)
    expect(of('subnetkit_neuron_running{name="miner-1",role="miner"}')).toBe(1)
    // Each round asks it once, through the validator's own dendrite.
    expect(
      of('subnetkit_dendrite_call_duration_seconds_count{name="judge",synapse="guess",status="ok"}'),
    ).toBe(rounds)
    expect(of('subnetkit_axon_call_duration_seconds_count{name="miner-1",synapse="guess",status="ok"}')).toBe(
      rounds,
    )
    expect((await world.run(monitor.readiness())).checks).toEqual([
      { name: 'miner-1', check: 'axon', status: 'ok' },
      { name: 'miner-1', check: 'miner', status: 'ok' },
      { name: 'miner-1', check: 'follows', status: 'ok' },
      { name: 'judge', check: 'validator', status: 'ok' },
      { name: 'judge', check: 'follows', status: 'ok' },
    ])
    await world.run(Promise.all([validator.stop(), miner.stop()]))
    await world.chain.close()
  })

  test('tell what customers of a validator asked and were given, and of their axon', async () => {
    const world = await World.start()
    await world.join('judge', 5_000n)
    await world.join('miner')
    const mechanism = new SoldGuess()
    const { miner } = await world.miner('miner', mechanism as never, ((task: number) => task) as never)
    const { validator } = world.makeValidator('judge', mechanism, { customers: {} })
    await using monitor = await Monitor.create({ clock: world.clock })
    monitor.watch('judge', { validator })
    await world.run(validator.start())
    const { carrier, clock } = world
    const carl = new Dendrite({ signer: keyNamed('carl'), carrier, clock })
    const address = validator.customers?.address ?? { host: '', port: 0 }
    const door = { hotkey: validator.hotkey, ...address }
    await world.run(carl.call(mechanism.synapse, door, 3))
    await world.run(miner.stop())
    await world.run(carl.call(mechanism.synapse, door, 3))
    const of = valuesOf(await monitor.metrics())
    expect(of.get('subnetkit_validator_customer_calls_total{name="judge",status="ok"}')).toBe(1)
    expect(of.get('subnetkit_validator_customer_calls_total{name="judge",status="unreachable"}')).toBe(1)
    expect(of.get('subnetkit_validator_customer_bytes_total{name="judge",part="request"}')).toBe(18)
    expect(of.get('subnetkit_validator_customer_bytes_total{name="judge",part="answer"}')).toBe(9)
    expect(of.get('subnetkit_validator_sold_rows_dropped_total{name="judge"}')).toBe(0)
    expect(of.get('subnetkit_axon_calls_received_total{name="judge"}')).toBe(2)
    expect((await world.run(monitor.readiness())).checks).toContainEqual({
      name: 'judge',
      check: 'axon',
      status: 'ok',
    })
    await world.run(Promise.all([validator.stop(), carl.close()]))
    await world.chain.close()
  })

  test('are not ready when they are behind their chain, or have seen no block yet', async () => {
    const seen: { block: number | undefined } = { block: 7 }
    const neuron = {
      isRunning: true,
      get block() {
        return seen.block
      },
      blocksBehind: async () => 3,
      observe: () => () => {},
    }
    const follows = async (maxBlocksBehind: number) => {
      const source = neuronSource(neuron, { name: 'm', role: 'miner', maxBlocksBehind })
      return (await source.check(new AbortController().signal))[1]
    }
    expect(await follows(3)).toEqual({ name: 'm', check: 'follows', status: 'ok' })
    const failed = { name: 'm', check: 'follows', status: 'failed' }
    expect(await follows(2)).toEqual({ ...failed, reason: 'It is 3 blocks behind its chain.' })
    seen.block = undefined
    expect(await follows(3)).toEqual({ ...failed, reason: 'It has seen no block yet.' })
  })
})

describe('a watched chain', () => {
  test('tells blocks, calls, epochs and weights, and how old its newest block is', async () => {
    const clock = new VirtualClock()
    const chain = await LocalChain.start({ blockMs: 'manual', clock })
    await using monitor = await Monitor.create({ clock, maxBlockAgeMs: 1_000 })
    monitor.watch('local', { chain })
    const alice = keyPairFromUri('//Alice')
    const sent = chain.call(alice, 'transfer', { to: caller.address, amountRao: 1_000n })
    expect(await valueIn(monitor, 'subnetkit_chain_waiting_calls{name="local"}')).toBe(1)
    await chain.produceBlock()
    expect((await sent).refusal).toBeNull()
    await chain.produceBlock()
    await new Promise((resolve) => setImmediate(resolve))
    const series = valuesOf(await monitor.metrics())
    expect(series.get('subnetkit_chain_block{name="local"}')).toBe(2)
    expect(series.get('subnetkit_chain_blocks_total{name="local"}')).toBe(2)
    expect(series.get('subnetkit_chain_block_interval_seconds_count{name="local"}')).toBe(1)
    expect(series.get('subnetkit_chain_calls_total{name="local",call="transfer",outcome="done"}')).toBe(1)
    expect(series.get('subnetkit_chain_block_age_seconds{name="local"}')).toBe(0)
    expect(await monitor.readiness()).toMatchObject({ isReady: true })
    const waited = sleep(clock, 5_000)
    await clock.run()
    await waited
    expect(await valueIn(monitor, 'subnetkit_chain_block_age_seconds{name="local"}')).toBe(5)
    expect(await monitor.readiness()).toEqual({
      isReady: false,
      checks: [{ name: 'local', check: 'blocks', status: 'failed', reason: 'No block came for 5 s.' }],
    })
    await chain.close()
  })

  test('over a socket, with its node, says what clients do; closed it is not ready', async () => {
    const chain = await LocalChain.start({ blockMs: 20 })
    const node = await ChainNode.start({ chain })
    const remote = await RemoteChain.connect({ url: node.url, logger: silentLogger })
    await using monitor = await Monitor.create()
    const unwatch = monitor.watch('remote', { chain: remote })
    monitor.watch('node', { chain, node })
    for await (const { header } of remote.blocks()) if (header.number >= 3) break
    const series = valuesOf(await monitor.metrics())
    expect(series.get('subnetkit_node_connections{name="node"}')).toBe(1)
    expect(series.get('subnetkit_node_requests_total{name="node"}')).toBeGreaterThan(0)
    expect(series.get('subnetkit_chain_block{name="remote"}')).toBeGreaterThanOrEqual(3)
    expect(series.has('subnetkit_chain_waiting_calls{name="remote"}')).toBe(false)
    await unwatch()
    expect(await monitor.metrics()).not.toContain('remote')
    await remote.close()
    await node.close()
    await chain.close()
    await new Promise((resolve) => setImmediate(resolve))
    const { checks } = await monitor.readiness()
    expect(checks).toEqual([
      { name: 'node', check: 'blocks', status: 'failed', reason: 'The chain is closed.' },
    ])
  })
})

describe('readiness', () => {
  test('finds a folder writable that others of its process number look at too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'subnetkit-monitor-'))
    try {
      const directories = Array.from({ length: 16 }, (_, at) => folder + '/'.repeat(at))
      await using monitor = await Monitor.create({ directories })
      expect((await monitor.readiness()).checks.map(({ reason }) => reason)).toEqual(
        Array(16).fill(undefined),
      )
      expect(readdirSync(folder)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('wants folders to be writable, and leaves nothing in them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'subnetkit-monitor-'))
    try {
      const gone = join(folder, 'gone')
      await using monitor = await Monitor.create({ directories: [folder, gone] })
      expect((await monitor.readiness()).checks).toEqual([
        { name: folder, check: 'writable', status: 'ok' },
        { name: gone, check: 'writable', status: 'failed', reason: 'Nothing can be written there (ENOENT).' },
      ])
      expect(readdirSync(folder)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('takes checks of the owner’s own, bounded in time, and looks once a second', async () => {
    const clock = new VirtualClock()
    let asked = 0
    await using monitor = await Monitor.create({
      clock,
      checkMs: 100,
      checks: {
        fine: () => null,
        model: async () => 'The model is not loaded.',
        broken: () => {
          throw new TypeError('broken')
        },
        stuck: () => {
          asked++
          return new Promise(() => {})
        },
        silent: (() => {}) as never,
        odd: (async () => ({ ok: false })) as never,
        empty: () => '',
        long: () => 'x'.repeat(100_000),
      },
    })
    const first = monitor.readiness()
    const second = monitor.readiness()
    await clock.run()
    expect(await first).toBe(await second)
    expect(asked).toBe(1)
    expect(await first).toEqual({
      isReady: false,
      checks: [
        { name: 'fine', check: 'own', status: 'ok' },
        { name: 'model', check: 'own', status: 'failed', reason: 'The model is not loaded.' },
        { name: 'broken', check: 'own', status: 'failed', reason: 'Looking failed (TypeError).' },
        { name: 'stuck', check: 'own', status: 'failed', reason: 'No answer came within 100 ms.' },
        { name: 'silent', check: 'own', status: 'ok' },
        ...['odd', 'empty'].map((name) => ({
          name,
          check: 'own',
          status: 'failed',
          reason: expect.stringMatching(/^It gave .+, and is to give null or one sentence\.$/),
        })),
        { name: 'long', check: 'own', status: 'failed', reason: expect.stringMatching(/^x{900,1000}…?/) },
      ],
    })
    const later = sleep(clock, 2_000)
    await clock.run()
    await later
    void monitor.readiness()
    expect(asked).toBe(2)
  })
})

describe('Monitor', () => {
  test('adds its metrics to a registry of the owner’s, once, and takes them out when it is closed', async () => {
    const registry = new Registry()
    const own = new Counter({ name: 'own_total', help: 'Own.', registers: [registry] })
    own.inc()
    const monitor = await Monitor.create({ registry })
    const text = await registry.metrics()
    expect(text).toContain('own_total 1')
    expect(text).toContain('subnetkit_process_uptime_seconds')
    expect(await monitor.metrics()).toContain('own_total 1')
    await expect(Monitor.create({ registry })).rejects.toThrow('Give each monitor a registry of its own')
    await monitor.close()
    await monitor.close()
    expect(await registry.metrics()).toBe('# HELP own_total Own.\n# TYPE own_total counter\nown_total 1\n')
    await (await Monitor.create({ registry })).close()
  })

  test('speaks OpenMetrics where its registry does', async () => {
    const registry = new Registry<OpenMetricsContentType>()
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
    await using monitor = await Monitor.create({ registry })
    expect(monitor.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    for (let scrape = 0; scrape < 2; scrape++) {
      const text = await monitor.metrics()
      expect(text).toContain(
        '# TYPE subnetkit_process_cpu_seconds counter\nsubnetkit_process_cpu_seconds_total ',
      )
      expect(text).toMatch(/# EOF\n$/)
    }
  })

  test('describes each metric with its kind, and gives what the process takes', async () => {
    await using monitor = await Monitor.create()
    const text = await monitor.metrics()
    for (const [name, { kind, help }] of Object.entries(metricTable)) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`)
    }
    const series = valuesOf(text)
    expect(series.get('subnetkit_process_cpu_seconds_total')).toBeGreaterThan(0)
    expect(series.get('subnetkit_process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
    const utilization = series.get('subnetkit_event_loop_utilization_ratio')
    expect(utilization).toBeGreaterThanOrEqual(0)
    expect(utilization).toBeLessThanOrEqual(1)
  })

  test('sees an event loop that was held up', async () => {
    await using monitor = await Monitor.create()
    // It is looked at from a timer, anew after each scrape: let that begin.
    await monitor.metrics()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const until = performance.now() + 150
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(await valueIn(monitor, 'subnetkit_event_loop_delay_seconds{quantile="1"}')).toBeGreaterThan(0.1)
  })

  test('refuses a name that is taken, that is none, and more names than it watches', async () => {
    const axon = new Axon({ signer, carrier: createMemoryNetwork() })
    const monitor = await Monitor.create()
    const unwatch = monitor.watch('a', { axon })
    expect(() => monitor.watch('a', { axon })).toThrow('Give each thing a name of its own')
    expect(() => monitor.watch('a b', { axon })).toThrow("Pass 1 to 64 letters, digits, '.', '_' or '-'")
    expect(() => monitor.watch('b', {})).toThrow('Name what to watch, such as { validator }.')
    await unwatch()
    await unwatch()
    for (let k = 0; k < MAX_WATCHED; k++) monitor.watch(`n${k}`, { axon })
    expect(() => monitor.watch('more', { axon })).toThrow('A monitor watches at most 64 names')
    await monitor.close()
    expect(() => monitor.watch('late', { axon })).toThrow('The monitor is closed')
  })

  test('leaves no listener behind', async () => {
    const { axon, dendrite, target, run, stop } = await axonAndCaller()
    const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
    axon.handle(double, (value) => 2 * value)
    const monitor = await Monitor.create()
    const unwatch = monitor.watch('a', { axon })
    await unwatch()
    await run(dendrite.call(double, target, 1))
    monitor.watch('a', { axon })
    expect([...valuesOf(await monitor.metrics()).keys()].join()).not.toContain('synapse="double"')
    await monitor.close()
    await stop()
  })
})

describe('promClient', () => {
  test('an absent package is named, with what to install', async () => {
    const error = await promClient(() => Promise.reject(new Error('absent'))).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(MissingPackageError)
    expect(error).toMatchObject({
      code: 'MissingPackage',
      packageName: 'prom-client',
      message:
        'The package prom-client is needed for serving metrics and could not be loaded. Install it: npm install prom-client',
    })
  })
})
