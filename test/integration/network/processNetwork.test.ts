import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { silentLogger } from '../../../src/log/index.js'
import type { EpochFrame } from '../../../src/metagraph/index.js'
import { NeuronStartError, type ProcessEvent, ProcessNetwork } from '../../../src/network/index.js'
import { bundle } from './bundle.js'

let built: Awaited<ReturnType<typeof bundle>>
let module: string
let stateFolder: string

beforeAll(async () => {
  built = await bundle('neuron', 'parent', 'busyParent', 'busyNeuron', 'twoMechanisms')
  module = join(built.folder, 'neuron.mjs')
  stateFolder = await mkdtemp(join(tmpdir(), 'subnetkit-state-'))
})

afterAll(async () => {
  await built.remove()
  await rm(stateFolder, { recursive: true, force: true })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // One that nobody has waited for yet is still listed.
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'latin1'))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** A promise for the first event that fits; ask before causing it. */
function eventWaiter() {
  const events: ProcessEvent[] = []
  const waiters: { fits: (event: ProcessEvent) => boolean; resolve: (event: ProcessEvent) => void }[] = []
  return {
    events,
    onEvent(event: ProcessEvent): void {
      events.push(event)
      for (const { fits, resolve } of waiters) if (fits(event)) resolve(event)
    },
    first: (fits: (event: ProcessEvent) => boolean): Promise<ProcessEvent> =>
      new Promise((resolve) => waiters.push({ fits, resolve })),
  }
}

async function take(frames: AsyncGenerator<EpochFrame>): Promise<EpochFrame> {
  const { value, done } = await frames.next()
  if (done) throw new TypeError('The network ended.')
  return value
}

const incentiveOf = ({ metagraph, names }: EpochFrame, name: string): number =>
  metagraph.row(names.indexOf(name)).incentive

describe('ProcessNetwork', () => {
  test('goes on while neurons are killed, and a restarted validator resumes with its scores', async () => {
    const { events, onEvent, first } = eventWaiter()
    const network = await ProcessNetwork.start({
      execArgv: [],
      preset: localnetPreset({ blockMs: 60, hyperparameters: { maxAllowedValidators: 2 } }),
      stateFolder,
      onEvent,
      neurons: [
        { name: 'good', role: 'miner', module, options: { error: 0 } },
        { name: 'weak', role: 'miner', module, options: { error: 3 } },
        { name: 'first', role: 'validator', module },
        { name: 'second', role: 'validator', module },
      ],
    })
    const pids = network.neurons.map(({ name }) => network.pidOf(name)!)
    try {
      const frames = network.epochs()
      let frame = await take(frames)
      while (incentiveOf(frame, 'good') === 0) frame = await take(frames)
      expect(incentiveOf(frame, 'good')).toBeGreaterThan(incentiveOf(frame, 'weak'))
      expect(frame.names).toEqual(['owner', 'good', 'weak', 'first', 'second'])
      expect(frame.earnedAlpha[frame.names.indexOf('good')]).toBeGreaterThan(0n)

      await Promise.all([network.kill('weak'), network.kill('first')])
      expect(network.pidOf('first')).toBeUndefined()
      const { block } = frame
      frame = await take(frames)
      expect(frame.block).toBeGreaterThan(block)

      const resumed = first(({ neuron, type }) => neuron === 'first' && type === 'resumed')
      await network.restart('first')
      expect(await resumed).toMatchObject({ neuron: 'first', standings: 2 })
      await first(({ neuron, type }) => neuron === 'first' && type === 'weightsSet')
      do frame = await take(frames)
      while (incentiveOf(frame, 'weak') > 0)
      expect(incentiveOf(frame, 'good')).toBeGreaterThan(0.99)
      expect((await stat(join(stateFolder, 'first.state'))).mode & 0o777).toBe(0o600)
      expect((await network.chain.query('invariants', {})).broken).toEqual([])
      pids.push(network.pidOf('first')!)
    } finally {
      await network.stop()
    }
    expect(pids.filter(isAlive)).toEqual([])
    expect(events).toContainEqual({
      neuron: 'weak',
      type: 'ended',
      restarts: false,
      code: null,
      signal: 'SIGKILL',
    })
    const last = events.filter(({ type }) => type === 'ended').at(-1)
    expect(last).toMatchObject({ code: 0, signal: null })
  })

  test.each(['plain', 'beacon'] as const)(
    'pays miners by hidden weights, with time locks that are %s',
    async (timelock) => {
      const { events, onEvent, first } = eventWaiter()
      const told = first(({ type }) => type === 'weightsRevealed')
      await using network = await ProcessNetwork.start({
        execArgv: [],
        preset: localnetPreset({
          blockMs: 60,
          hyperparameters: { commitRevealEnabled: true, maxAllowedValidators: 1 },
        }),
        timelock,
        onEvent,
        neurons: [
          { name: 'good', role: 'miner', module, options: { error: 0 } },
          { name: 'weak', role: 'miner', module, options: { error: 3 } },
          { name: 'judge', role: 'validator', module },
        ],
      })
      const frames = network.epochs()
      let frame = await take(frames)
      while (incentiveOf(frame, 'good') === 0) frame = await take(frames)
      expect(incentiveOf(frame, 'good')).toBeGreaterThan(incentiveOf(frame, 'weak'))
      const form = timelock === 'plain' ? 'hash' : 'timelock'
      expect(await told).toMatchObject({ neuron: 'judge', form })
      expect(events.filter(({ type }) => type === 'weightsSet')).toEqual([])
    },
    60_000,
  )

  test('starts a process again that ended by itself, as often as it is told', async () => {
    const { onEvent, first, events } = eventWaiter()
    await using network = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      onEvent,
      neurons: [{ name: 'good', role: 'miner', module, options: { error: 0 }, restarts: 1 }],
    })
    const again = first(({ type }) => type === 'started')
    await network.kill('good')
    await again
    expect(network.pidOf('good')).toBeDefined()
    const over = first(({ type }) => type === 'ended')
    await network.kill('good')
    expect(await over).toMatchObject({ restarts: false })
    expect(events.filter(({ type }) => type === 'started')).toHaveLength(2)
  })

  test('says which process did not get ready and what it wrote, and leaves nothing running', async () => {
    const { onEvent, events } = eventWaiter()
    const start = ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      onEvent,
      neurons: [
        { name: 'judge', role: 'validator', module },
        { name: 'broken', role: 'miner', module, options: { error: 'none' } },
      ],
    })
    const error = await start.catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(NeuronStartError)
    expect(error).toMatchObject({ code: 'NeuronStart', neuron: 'broken', docsPath: 'errors#neuron-start' })
    expect((error as NeuronStartError).message).toMatch(
      /broken did not get ready.*ended with code 1.*expected number/s,
    )
    expect((error as NeuronStartError).lastLines.length).toBeGreaterThan(0)
    const pids = events.flatMap((event) => (event.type === 'started' ? [event.pid] : []))
    expect(pids).toHaveLength(2)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('a start that is aborted ends every process', async () => {
    const { onEvent, events } = eventWaiter()
    const controller = new AbortController()
    const start = ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      signal: controller.signal,
      onEvent(event) {
        onEvent(event)
        if (event.type === 'started') controller.abort()
      },
      neurons: [{ name: 'judge', role: 'validator', module }],
    })
    await expect(start).rejects.toMatchObject({ code: 'Aborted' })
    const pids = events.flatMap((event) => (event.type === 'started' ? [event.pid] : []))
    expect(pids).toHaveLength(1)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('refuses options that cannot travel, and unknown names', async () => {
    const neurons = [{ name: 'a', role: 'miner', module, options: { work: () => 1 } }] as const
    await expect(ProcessNetwork.start({ neurons })).rejects.toThrow('Invalid neurons[0].options')
    await expect(ProcessNetwork.start({ neurons: [...neurons, ...neurons] })).rejects.toThrow(
      'neurons[0].options',
    )
  })

  test('takes the messages that a module sends for itself for nothing of its own', async () => {
    const chatty = join(stateFolder, 'chatty.mjs')
    const messages = [null, 7, { type: 'ready' }, { type: 'hello' }, { type: 'event' }, { type: 'failed' }]
    const odd = [{ type: 'event', event: {} }, { type: 'failed', error: 5 }, { type: 'other' }, null]
    const sent = [...messages, ...odd.map((subnetkit) => ({ subnetkit }))]
    const sends = `for (const message of ${JSON.stringify(sent)}) process.send(message)`
    await writeFile(chatty, `${sends}\nsetInterval(() => {}, 1_000)\n`)
    const neurons = [{ name: 'chatty', role: 'miner', module: chatty }] as const
    await expect(ProcessNetwork.start({ neurons, startMs: 1_500, stopMs: 100 })).rejects.toMatchObject({
      code: 'NeuronStart',
      message: expect.stringContaining('took longer than 1500 ms'),
    })
  })

  test('refuses a module that is no file', async () => {
    const neurons = [{ name: 'far', role: 'miner', module: new URL('https://example.com/x.js') }] as const
    await expect(ProcessNetwork.start({ neurons })).rejects.toThrow('Invalid neurons[0].module')
  })

  test('carries the child’s own error and stack as the cause, also of a module that does not load', async () => {
    const broken = join(stateFolder, 'broken.mjs')
    await writeFile(broken, 'function mine() {\n  throw new TypeError("my own bug")\n}\nmine()\n')
    const unparsable = join(stateFolder, 'unparsable.mjs')
    await writeFile(unparsable, 'const x = ;\n')
    for (const [module, name, words] of [
      [broken, 'TypeError', 'my own bug'],
      [unparsable, 'SyntaxError', 'Unexpected token'],
    ] as const) {
      const neurons = [{ name: 'broken', role: 'miner', module }] as const
      const start = ProcessNetwork.start({ blockMs: 60, neurons, logger: silentLogger })
      const error = (await start.catch((cause: unknown) => cause)) as NeuronStartError
      expect(error).toBeInstanceOf(NeuronStartError)
      expect(error.message).toContain(`${name}: ${words}`)
      expect(error.cause).toMatchObject({
        name: 'NeuronProcessError',
        code: 'NeuronProcess',
        errorName: name,
      })
      expect((error.cause as Error).message).toContain(words)
    }
    const start = ProcessNetwork.start({
      blockMs: 60,
      neurons: [{ name: 'broken', role: 'miner', module: broken }],
      logger: silentLogger,
    })
    const error = (await start.catch((cause: unknown) => cause)) as NeuronStartError
    expect((error.cause as Error).stack).toMatch(/at mine .*broken\.mjs:2/)
  })

  test('says once what its neurons do wrong, with their words, and that a process ended by itself', async () => {
    const lines: { fields: Record<string, unknown>; message: string }[] = []
    const write = (fields: object, message: string): void =>
      void lines.push({ fields: fields as Record<string, unknown>, message })
    const { onEvent, first } = eventWaiter()
    await using network = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      logger: { ...silentLogger, warn: write, error: write },
      onEvent(event) {
        onEvent(event)
        if (event.type === 'roundScored') throw new RangeError('my listener')
      },
      neurons: [
        { name: 'broken', role: 'miner', module: join(built.folder, 'busyNeuron.mjs'), options: 'throws' },
        { name: 'judge', role: 'validator', module },
      ],
    })
    await first(({ type }) => type === 'roundScored')
    // The miner's process tells of it when it comes to it, which may be after the validator's.
    const said = (): string => lines.map(({ message }) => message).join(' ')
    await expect.poll(said).toContain('TypeError: no answer from me')
    await expect.poll(said).toContain('RangeError: my listener')
    const failed = lines.find(({ message }) => message.includes('no answer from me'))
    expect(failed).toMatchObject({ fields: { neuron: 'broken' } })
    process.kill(network.pidOf('broken')!, 'SIGKILL')
    await first(({ type }) => type === 'ended')
    await expect.poll(said).toContain('The process of broken ended by itself by SIGKILL.')
  })

  test('warns of a process that its own program told to die, and advises nothing', async () => {
    const said: { level: string; message: string }[] = []
    const { onEvent, first } = eventWaiter()
    // Perhaps of what the validator rehearses with.
    const ended = first(({ type }) => type === 'ended')
    await using _ = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      logger: {
        ...silentLogger,
        warn: (_fields: object, message: string) => void said.push({ level: 'warn', message }),
        error: (_fields: object, message: string) => void said.push({ level: 'error', message }),
      },
      onEvent,
      neurons: [
        { name: 'mortal', role: 'miner', module: join(built.folder, 'busyNeuron.mjs'), options: 'dies' },
        { name: 'judge', role: 'validator', module },
      ],
    })
    await ended
    const ofProcesses = () => said.filter(({ message }) => message.includes('process of'))
    await expect.poll(() => ofProcesses().length).toBeGreaterThan(0)
    expect(ofProcesses()).toEqual([
      {
        level: 'warn',
        message: 'The process of mortal ended, as its own program told it to. It stays down.',
      },
    ])
  })

  test('says what a process died of in one sentence, which ends once', async () => {
    const said: string[] = []
    const start = ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      logger: { ...silentLogger, error: (_fields: object, message: string) => void said.push(message) },
      neurons: [
        {
          name: 'broken',
          role: 'miner',
          module: join(built.folder, 'busyNeuron.mjs'),
          options: 'answers by no function',
        },
      ],
    })
    await expect(start).rejects.toThrow(NeuronStartError)
    expect(said.join(' ')).toMatch(/Pass a function\. It stays down; network\.restart starts it again\.$/)
  })

  test('asks nobody who is not awake: a first answer that takes too long does not count', async () => {
    const { onEvent, first } = eventWaiter()
    const scored = first(({ type }) => type === 'roundScored')
    await using _ = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 100,
      onEvent,
      logger: silentLogger,
      neurons: [
        // Listed first, and all the same later than the miner.
        { name: 'judge', role: 'validator', module, options: { answerTimeoutMs: 1_000 } },
        {
          name: 'slow',
          role: 'miner',
          module: join(built.folder, 'busyNeuron.mjs'),
          options: 'wakes slowly',
        },
      ],
    })
    expect(await scored).toMatchObject({ neuron: 'judge', statuses: { ok: 1 } })
  })

  test('restarts one at a time, answers questions meanwhile, and starts nothing after its end', async () => {
    const { onEvent, events } = eventWaiter()
    const network = await ProcessNetwork.start({
      execArgv: [],
      blockMs: 60,
      onEvent,
      logger: silentLogger,
      neurons: [{ name: 'good', role: 'miner', module, options: { error: 0 } }],
    })
    const pid = network.pidOf('good')
    const restarts = [network.restart('good'), network.restart('good')]
    expect(network.linesOf('good')).toEqual([])
    const asked = network.pidOf('good')
    expect([undefined, pid]).toContain(asked)
    await Promise.all(restarts)
    expect(network.pidOf('good')).not.toBe(pid)
    expect(events.filter(({ type }) => type === 'started')).toHaveLength(2)

    const last = network.restart('good').catch((error: unknown) => error)
    await network.stop()
    expect(await last).toMatchObject({ code: 'Aborted' })
    expect(network.pidOf('good')).toBeUndefined()
    await expect(network.restart('good')).rejects.toMatchObject({ code: 'Aborted' })
    await network.stop()
    const pids = events.flatMap((event) => (event.type === 'started' ? [event.pid] : []))
    expect(pids.filter(isAlive)).toEqual([])
    expect(() => network.pidOf('nobody')).toThrow('Pass one of good')
  })

  test('its processes leave a debugger to the parent, whether flags or NODE_OPTIONS ask for it', async () => {
    const port = await freePort()
    const parents = [
      { flags: [`--inspect=127.0.0.1:${port}`] },
      { env: { NODE_OPTIONS: `--no-warnings --inspect=127.0.0.1:${port}` } },
      // A parent that waits for its own debugger would wait for ever: it takes this on itself after its start.
      { later: `--inspect-brk=127.0.0.1:${port}` },
    ]
    for (const { flags = [], env = {}, later = '' } of parents) {
      const args = [...flags, join(built.folder, 'parent.mjs'), module, later, 'inherits']
      const parent = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, ...env },
      })
      try {
        const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
        const pids = JSON.parse(line) as number[]
        expect(pids.every(isAlive)).toBe(true)
      } finally {
        parent.kill('SIGKILL')
        await once(parent, 'exit')
      }
    }
  })

  test('its processes end when the parent is killed, whatever they are doing', async () => {
    const busy = join(built.folder, 'busyNeuron.mjs')
    const parent = spawn(process.execPath, [join(built.folder, 'busyParent.mjs'), busy], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
      const pid = Number(line)
      expect(isAlive(pid)).toBe(true)
      parent.kill('SIGKILL')
      await once(parent, 'exit')
      await expect.poll(() => isAlive(pid), { timeout: 10_000, interval: 20 }).toBe(false)
    } finally {
      parent.kill('SIGKILL')
    }
  })

  test('its modules say so when they are run by hand', async () => {
    const alone = spawn(process.execPath, [module], { stdio: ['ignore', 'ignore', 'pipe'] })
    let text = ''
    alone.stderr.on('data', (data) => {
      text += data
    })
    const [code] = await once(alone, 'close')
    expect(code).toBe(1)
    expect(text).toContain('NotSpawnedError')
    expect(text).toContain(
      'This process was not started by a ProcessNetwork. Name this module in ProcessNetwork.start',
    )
  })

  test('its processes end when the parent is killed', async () => {
    const parent = spawn(process.execPath, [join(built.folder, 'parent.mjs'), module], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
      const pids = JSON.parse(line) as number[]
      expect(pids.every(isAlive)).toBe(true)
      parent.kill('SIGKILL')
      await once(parent, 'exit')
      await expect.poll(() => pids.filter(isAlive), { timeout: 10_000, interval: 20 }).toEqual([])
    } finally {
      parent.kill('SIGKILL')
    }
  })

  describe('with two mechanisms', () => {
    const two = (): string => join(built.folder, 'twoMechanisms.mjs')

    test('pays each miner for what it is good at, and a restarted validator goes on under both', async () => {
      const { events, onEvent, first } = eventWaiter()
      await using network = await ProcessNetwork.start({
        execArgv: [],
        mechanisms: 2,
        blockMs: 60,
        stateFolder,
        onEvent,
        neurons: [
          { name: 'adder', role: 'miner', module: two() },
          { name: 'multiplier', role: 'miner', module: two() },
          { name: 'both', role: 'validator', module: two() },
        ],
      })
      const frames = network.epochs()
      const incentives = () =>
        Promise.all(
          [0, 1].map(async (mechanism) => [...(await network.metagraph(mechanism)).columns.incentiveU16]),
        )
      let [sums = [], products = []] = await incentives()
      // As soon as both have paid, however many epochs a busy machine needs for the first weights.
      while (!sums.some(Boolean) || !products.some(Boolean)) {
        await take(frames)
        ;[sums = [], products = []] = await incentives()
      }
      // Uids: owner, adder, multiplier, validator.
      expect(sums.map((u16) => u16 > 60_000)).toEqual([false, true, false, false])
      expect(products.map((u16) => u16 > 60_000)).toEqual([false, false, true, false])
      const setUnder = (mechanismId: number | undefined) => (event: ProcessEvent) =>
        event.type === 'weightsSet' && event.mechanismId === mechanismId
      expect(events.some(setUnder(undefined)) && events.some(setUnder(1))).toBe(true)
      expect(
        existsSync(join(stateFolder, 'both.state')) && existsSync(join(stateFolder, 'both.state.1')),
      ).toBe(true)
      const resumed = first((event) => event.type === 'resumed' && event.mechanismId === 1)
      await network.restart('both')
      await resumed
    })

    test('is not started where a validator has another number of mechanisms', async () => {
      const start = ProcessNetwork.start({
        execArgv: [],
        mechanisms: 2,
        blockMs: 60,
        logger: silentLogger,
        neurons: [{ name: 'both', role: 'validator', module: two(), options: 'short' }],
      })
      await expect(start).rejects.toThrow(/work\.furtherMechanisms.*Give 1/s)
    })
  })
})
