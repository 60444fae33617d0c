import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Clock, sleep } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import {
  IncentiveMechanism,
  type ScoreOutcome,
  type ScoreRound,
  type TaskSeed,
} from '../../../src/mechanism/index.js'
import type { EpochFrame } from '../../../src/metagraph/index.js'
import {
  LocalNetwork,
  type LocalNetworkOptions,
  type MinerSpec,
  type NetworkEvent,
} from '../../../src/network/index.js'
import { rightSum, Sums } from '../../integration/network/sums.js'

type Spec = MinerSpec<number[], number>

let folder: string
let file: string
const server = createServer((_, response) => void setTimeout(() => response.end('0'), 15 * Math.random()))
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'subnetkit-held-'))
  file = join(folder, 'zero')
  await writeFile(file, '0')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await rm(folder, { recursive: true, force: true })
})

const reallyWait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const atRandom = (): Promise<void> => reallyWait(6 * Math.random())

const statusesOf = (events: readonly NetworkEvent[]): string[] => [
  ...new Set(
    events.flatMap((event) =>
      event.type === 'roundScored'
        ? Object.entries(event.statuses).flatMap(([name, count]) => (count > 0 ? [name] : []))
        : [],
    ),
  ),
]

async function run(options: Partial<LocalNetworkOptions<number[], number, null>>, count = 2) {
  const events: NetworkEvent[] = []
  await using network = await LocalNetwork.start({
    mechanism: new Sums(),
    miners: [],
    validators: 2,
    onEvent: (event) => events.push(event),
    ...options,
  })
  const frames: EpochFrame[] = []
  for await (const frame of network.epochs({ count })) frames.push(frame)
  const last = frames.at(-1)!
  const { stateHash } = await network.chain.head()
  const incentiveOf = (name: string): number => last.metagraph.row(last.names.indexOf(name)).incentive
  return { stateHash, incentiveOf, events }
}

describe('asynchronous work of a miner on virtual time', () => {
  const works: Record<string, Spec['answer']> = {
    'a real timer': async (task) => {
      await reallyWait(8)
      return rightSum(task)
    },
    'a file': async (task) => rightSum(task) + Number(await readFile(file, 'utf8')),
    'a file, with the signal': async (task, { signal }) =>
      rightSum(task) + Number(await readFile(file, { encoding: 'utf8', signal })),
    'native cryptography': async (task) => {
      await webcrypto.subtle.digest('SHA-256', new Uint8Array(1_000_000))
      return rightSum(task)
    },
    'a request': async (task) => rightSum(task) + Number(await (await fetch(url)).text()),
    'a request, with the signal': async (task, { signal }) =>
      rightSum(task) + Number(await (await fetch(url, { signal })).text()),
    'one thing after another, with the signal': async (task, { signal }) => {
      await (await fetch(url, { signal })).text()
      await readFile(file, { signal })
      await reallyWait(1)
      return rightSum(task)
    },
  }

  test.each(Object.entries(works))(
    'is waited for: %s',
    async (_, answer) => {
      const { incentiveOf, events } = await run({
        miners: [
          { name: 'slow', answer: answer! },
          { name: 'quick', answer: rightSum },
        ],
        validators: 1,
      })
      expect(incentiveOf('slow')).toBe(incentiveOf('quick'))
      const rounds = events.filter(({ type }) => type === 'roundScored')
      expect(rounds.length).toBeGreaterThan(15)
      for (const round of rounds) expect(round).toMatchObject({ statuses: { ok: 2 }, elapsedMs: 0 })
    },
    20_000,
  )

  test('lets time move while it waits for the clock, another miner, a call, or the end of its time', async () => {
    const { incentiveOf, events } = await run(
      {
        miners: [
          { name: 'plain', answer: rightSum },
          {
            name: 'sleeps',
            blacklist: () => false,
            async answer(task, { clock }) {
              await reallyWait(1)
              await sleep(clock, 30)
              await reallyWait(1)
              await new Promise<void>((resolve) => void clock.setTimer(resolve, 20))
              return rightSum(task)
            },
          },
          {
            name: 'asks',
            async answer(task, { ask, metagraph }) {
              await reallyWait(1)
              const hotkey = (await metagraph()).row(2).hotkey
              const result = await ask(hotkey, task)
              return result.status === 'ok' ? result.answer : 0
            },
          },
          {
            name: 'stalls',
            answer: (_, { clock, signal }) => sleep(clock, 60_000, signal).then(() => 0),
          },
        ],
        validators: 1,
        heldWorkLimitMs: 2_000,
      },
      2,
    )
    expect(incentiveOf('plain')).toBeGreaterThan(0.3)
    expect(incentiveOf('sleeps')).toBe(incentiveOf('plain'))
    expect(incentiveOf('asks')).toBe(incentiveOf('plain'))
    expect(incentiveOf('stalls')).toBe(0)
    const scored = events.filter(({ type }) => type === 'roundScored')
    expect(scored.at(-1)).toMatchObject({ statuses: { ok: 3, timeout: 1 }, elapsedMs: 200 })
  }, 20_000)

  test('that asked a server of this process waits for the clock, whatever that server keeps open', async () => {
    // A server keeps a connection for 5 s, in case another request comes.
    const fresh = createServer((_, response) => void response.end('0')).listen(0, '127.0.0.1')
    await once(fresh, 'listening')
    const freshUrl = `http://127.0.0.1:${(fresh.address() as AddressInfo).port}`
    const asks = async (task: number[], { clock }: { readonly clock: Clock }): Promise<number> => {
      await (await fetch(freshUrl)).text()
      await sleep(clock, 1)
      return rightSum(task)
    }
    try {
      const miners = [
        { name: 'asks', answer: asks },
        { name: 'plain', answer: rightSum },
      ]
      const { events } = await run({ heldWorkLimitMs: 2_000, miners }, 1)
      expect(statusesOf(events)).toEqual(['ok'])
    } finally {
      fresh.closeAllConnections()
      fresh.close()
    }
  }, 20_000)

  test('that heeds its signal is waited for, also where nothing shows that something real runs', async () => {
    const untilAborted = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const asksAgain = (): Promise<void> =>
      new Promise((resolve) => {
        const atMs = performance.now() + 10
        const interval = setInterval(() => {
          if (performance.now() < atMs) return
          clearInterval(interval)
          resolve()
        }, 2)
      })
    const onThread = async (): Promise<void> => {
      await once(new Worker('setTimeout(() => {}, 5)', { eval: true }), 'exit')
    }
    // Stands ready before anything is asked, as in a pool.
    const standing = new Worker(
      "require('worker_threads').parentPort.on('message', (task) => setTimeout(() => require('worker_threads').parentPort.postMessage(task), 5))",
      { eval: true },
    )
    await once(standing, 'online')
    const onStanding = async (): Promise<void> => {
      const answered = once(standing, 'message')
      standing.postMessage('task')
      await answered
    }
    const heeding = (name: string, work: () => Promise<void>): Spec => ({
      name,
      answer: async (task, { signal }) => {
        await Promise.race([work(), untilAborted(signal)])
        return rightSum(task)
      },
    })
    const { events } = await run(
      {
        validators: 1,
        miners: [heeding('asks', asksAgain), heeding('thread', onThread), heeding('standing', onStanding)],
      },
      1,
    )
    await standing.terminate()
    const took = events.flatMap((event) => (event.type === 'roundScored' ? [event.elapsedMs] : []))
    expect(statusesOf(events)).toEqual(['ok'])
    expect(took.length).toBeGreaterThan(0)
    expect(Math.max(...took)).toBe(0)
  }, 20_000)

  test('that waits for its abort alone never gets it: no time passes, and an error names the miner', async () => {
    const { events } = await run(
      {
        validators: 1,
        heldWorkLimitMs: 30,
        miners: [
          {
            name: 'stalls',
            answer: (_, { signal }) =>
              new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
          },
        ],
      },
      1,
    )
    const failed = events.find(({ type }) => type === 'answerFailed')
    expect(failed).toMatchObject({ error: { code: 'HeldTooLong', what: 'The answer of miner stalls' } })
  }, 20_000)

  test('that races the clock is decided by the clock alone where it holds its real part', async () => {
    const { incentiveOf } = await run({
      validators: 1,
      miners: [
        { name: 'plain', answer: rightSum },
        {
          name: 'races',
          answer: (task, { clock }) =>
            Promise.race([
              clock.hold(async () => {
                await reallyWait(10)
                return rightSum(task)
              }),
              sleep(clock, 1).then(() => Number.MAX_SAFE_INTEGER),
            ]),
        },
        {
          name: 'races a file',
          answer: (task, { clock }) =>
            Promise.race([
              readFile(file, 'utf8').then((text) => rightSum(task) + Number(text)),
              sleep(clock, 1).then(() => Number.MAX_SAFE_INTEGER),
            ]),
        },
      ],
    })
    expect(incentiveOf('races')).toBe(incentiveOf('plain'))
    expect(incentiveOf('races a file')).toBe(incentiveOf('plain'))
  }, 20_000)

  test('costs what it declares, always or by task, and is too late when that is too much', async () => {
    const { events, incentiveOf } = await run({
      validators: 1,
      miners: [
        { name: 'dear', answer: rightSum, answerCostMs: 150 },
        {
          name: 'by task',
          answer: (task) => atRandom().then(() => rightSum(task)),
          answerCostMs: (task) => task.length,
        },
        { name: 'too dear', answer: rightSum, answerCostMs: 201 },
      ],
    })
    const rounds = events.filter((event) => event.type === 'roundScored')
    expect(rounds.at(-1)).toMatchObject({ statuses: { ok: 2, timeout: 1 }, elapsedMs: 200 })
    expect(incentiveOf('too dear')).toBe(0)
    expect(incentiveOf('dear')).toBe(incentiveOf('by task'))
  })

  test('whose cost by task is no time fails, and says which option gave it', async () => {
    for (const cost of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const miners = [{ name: 'odd', answer: rightSum, answerCostMs: () => cost }]
      const { events } = await run({ validators: 1, miners, logger: silentLogger }, 1)
      const failures = events.flatMap((event) => (event.type === 'answerFailed' ? [String(event.error)] : []))
      expect(failures[0]).toContain('Invalid answerCostMs')
      expect(statusesOf(events)).toEqual(['failed'])
    }
  })

  test('that never settles ends with an error that names the miner, and the others go on', async () => {
    const { events, incentiveOf } = await run(
      {
        validators: 1,
        heldWorkLimitMs: 40,
        miners: [
          { name: 'plain', answer: rightSum },
          { name: 'sleepy', answer: () => new Promise<never>(() => {}) },
        ],
      },
      2,
    )
    const failed = events.find((event) => event.type === 'answerFailed')
    expect(failed).toMatchObject({ neuron: 'sleepy', status: 'failed', error: { name: 'HeldTooLongError' } })
    expect(String((failed as { error: Error }).error.message)).toContain(
      'The answer of miner sleepy did not end within 40 ms of real time',
    )
    expect(incentiveOf('plain')).toBe(1)
  }, 20_000)
})

describe('asynchronous work of a validator on virtual time', () => {
  const sums = new Sums()

  class Slow extends IncentiveMechanism<number[], number> {
    readonly synapse = sums.synapse
    override readonly answerTimeoutMs: number = sums.answerTimeoutMs

    initialState() {
      return null
    }

    async createTask(seed: TaskSeed): Promise<number[]> {
      await readFile(file)
      await atRandom()
      return sums.createTask(seed)
    }

    async score(round: ScoreRound<number[], number>): Promise<ScoreOutcome> {
      await atRandom()
      await webcrypto.subtle.digest('SHA-256', new Uint8Array(1_000))
      return sums.score(round)
    }
  }

  test('is waited for in createTask and score, and changes nothing of the result', async () => {
    const miners: Spec[] = [
      { name: 'good', answer: rightSum },
      { name: 'weak', answer: (task) => rightSum(task) + 1 },
    ]
    const quick = await run({ miners })
    const slow = await run({ miners, mechanism: new Slow() })
    expect(slow.stateHash).toBe(quick.stateHash)
  }, 20_000)

  test('that never settles fails its round with an error that says so', async () => {
    class Stuck extends Slow {
      override score(): Promise<never> {
        return new Promise(() => {})
      }
    }
    const miners = [{ name: 'good', answer: rightSum }]
    const { events } = await run({ mechanism: new Stuck(), miners, validators: 1, heldWorkLimitMs: 20 }, 1)
    const failed = events.find(({ type }) => type === 'roundFailed') as { error: Error } | undefined
    expect(failed?.error.message).toMatch(/score of the mechanism did not end within 20 ms/)
  }, 20_000)
})

test('one seed gives one result, however long the work really takes', async () => {
  const network = (isSlow: boolean) => {
    const pause = async (): Promise<void> => {
      if (!isSlow) return
      await atRandom()
      if (Math.random() < 0.5) await readFile(file)
      if (Math.random() < 0.5)
        await webcrypto.subtle.digest('SHA-256', new Uint8Array(100_000 * Math.random()))
    }
    const seen: string[] = []
    const miners: Spec[] = Array.from({ length: 5 }, (_, at) => ({
      name: `m${at}`,
      blacklist: () => false,
      answerCostMs: at % 2 === 0 ? 0 : 3 * at,
      async answer(task, { ask, metagraph, clock }) {
        await pause()
        if (at === 1) await sleep(clock, 5)
        await pause()
        // What is asked of others arrives there in one order.
        const rival = (await metagraph()).row(1).hotkey
        const asked = at > 1 ? await ask(rival, task, { timeoutMs: 150 }) : undefined
        await pause()
        if (at === 0) seen.push(`${clock.now()} ${task}`)
        return asked?.status === 'ok' ? asked.answer : rightSum(task) + at / 10
      },
    }))
    return run({ miners, validators: 2 }).then(({ stateHash, events }) => ({
      stateHash,
      events: JSON.stringify(
        events.filter(({ type }) => type !== 'answerFailed'),
        (_, part) => (typeof part === 'bigint' ? String(part) : part),
      ),
      seen: seen.sort(),
    }))
  }
  const quick = await network(false)
  for (let again = 0; again < 3; again++) {
    const slow = await network(true)
    expect(slow.stateHash).toBe(quick.stateHash)
    expect(slow.events).toBe(quick.events)
    expect(slow.seen).toEqual(quick.seen)
  }
}, 60_000)
