import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import {
  type DendriteTransport,
  type StreamItem,
  sessionClient,
  type TransportAnswer,
  type TransportCall,
} from '../../../src/dendrite/index.js'
import { type TransportUnderTest, transportContract } from '../../../src/testing/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

/** A transport that is sound but for one thing. */
type Break = (sound: DendriteTransport, clock: VirtualClock) => Partial<DendriteTransport>

/** The titles of a suite, and those of its statements that do not hold. */
async function verdictOn(
  broken: Break,
  lacks: TransportUnderTest['lacks'] = {},
): Promise<{ titles: string[]; failed: string[] }> {
  const statements: [string, () => Promise<void>][] = []
  const runner = {
    describe: (_: string, declare: () => void) => declare(),
    it: (title: string, run: () => Promise<void>) => void statements.push([title, run]),
  }
  transportContract(runner, {
    name: 'broken',
    lacks,
    open() {
      const clock = new VirtualClock()
      const carrier = createMemoryNetwork({ clock })
      return {
        axon: { carrier, clock },
        dendrite: {
          carrier,
          clock,
          transport: (services) => {
            const sound = sessionClient()(services)
            const { unary, stream, close } = {
              unary: (call: TransportCall) => sound.unary(call),
              stream: (call: TransportCall, credit: number) => sound.stream(call, credit),
              close: () => sound.close(),
            }
            const changed = broken(sound, clock)
            return {
              kind: 'broken',
              get connectionCount() {
                return sound.connectionCount
              },
              unary,
              stream,
              close,
              ...changed,
            }
          },
        },
      }
    },
  })
  const failed: string[] = []
  for (const [title, run] of statements) await run().catch(() => failed.push(title))
  return { titles: statements.map(([title]) => title), failed }
}

/** A transport whose answers are changed on their way. */
const answering =
  (change: (answer: TransportAnswer) => TransportAnswer): Break =>
  (sound) => ({ unary: async (call) => change(await sound.unary(call)) })

/** A transport that makes another call of each. */
const calling =
  (change: (call: TransportCall) => TransportCall): Break =>
  (sound) => ({ unary: (call) => sound.unary(change(call)) })

/** A transport whose streams are changed on their way. */
const streaming =
  (change: (item: StreamItem) => StreamItem): Break =>
  (sound) => ({
    stream: (call, credit) => {
      const stream = sound.stream(call, credit)
      return { next: async () => change(await stream.next()), dispose: () => stream.dispose() }
    },
  })

const saying = (unhandled: boolean): Break =>
  answering((answer) =>
    answer.kind === 'failed' ? { ...answer, failure: { ...answer.failure, unhandled } } : answer,
  )

const breaks: readonly [what: string, found: string, broken: Break][] = [
  [
    'says that everything was unhandled',
    'tells the caller of a failed handler nothing but failed',
    saying(true),
  ],
  [
    'never says unhandled',
    'says unreachable where nobody listens, and that nobody saw the request',
    saying(false),
  ],
  [
    'gives everybody the same answer',
    'answers many calls at once, each with its own answer and in any order',
    answering((answer) => (answer.kind === 'answer' ? { kind: 'answer', body: 5 } : answer)),
  ],
  [
    'loses the names of requests',
    'brings name, trace and deadline of a request to its handler',
    calling((call) => ({ ...call, requestId: 'other' })),
  ],
  ['waits for ever', 'says timeout at the deadline', calling((call) => ({ ...call, timeoutMs: 1_000_000 }))],
  [
    'does not hear that its caller cancels',
    'says cancelled when the signal is aborted during the call',
    calling((call) => ({ ...call, signal: undefined })),
  ],
  [
    'leaves a listener on the signal',
    'ends many calls on one signal, and leaves no listener on it',
    calling((call) => {
      if (call.signal !== undefined && getEventListeners(call.signal, 'abort').length < 2)
        call.signal.addEventListener('abort', () => {})
      return call
    }),
  ],
  [
    'leaves a timer behind',
    'answers, and hands the handler the caller who was proven',
    (sound, clock) => ({
      unary: (call) => {
        const again = (): void => void clock.setTimer(again, 10_000)
        again()
        return sound.unary(call)
      },
    }),
  ],
  [
    'ends what is cut off as complete',
    'ends a stream that is cut off as unreachable, and never as complete',
    streaming((item) => (item.kind === 'failed' ? { kind: 'done' } : item)),
  ],
  [
    'does not hold a server back',
    'holds the producer back while nobody reads',
    (sound) => ({ stream: (call) => sound.stream(call, 1_000) }),
  ],
]

describe('transportContract', () => {
  it('holds of sessions', async () => {
    const { titles, failed } = await verdictOn(() => ({}))
    expect(failed).toEqual([])
    expect(new Set(titles).size).toBe(titles.length)
  })

  it.each(breaks)('finds a transport that %s', async (_, found, broken) => {
    const { failed } = await verdictOn(broken)
    expect(failed).toContain(found)
  })

  it('prints what a transport lacks, and states nothing about it', async () => {
    const { titles } = await verdictOn(() => ({}), { streams: 'its protocol has none' })
    expect(titles).toContain('lacks streams: its protocol has none')
    expect(titles.filter((title) => /stream/.test(title))).toEqual(['lacks streams: its protocol has none'])
  })

  it('refuses a lack that is none, and one without a reason', () => {
    const runner = { describe, it }
    const open = () => ({ axon: {}, dendrite: {} })
    for (const lacks of [{ speed: 'slow' }, { streams: '' }]) {
      expect(() => transportContract(runner, { name: 'x', open, lacks: lacks as never })).toThrow(
        /^Invalid transport\.lacks/,
      )
    }
  })
})
