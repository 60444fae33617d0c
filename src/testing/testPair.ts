import { Axon, type AxonEvents, type AxonOptions } from '../axon/index.js'
import {
  check,
  clock as clockCheck,
  func,
  optional,
  plainObject,
  shape,
  signer,
  wholeNumber,
} from '../checks/index.js'
import { type Clock, systemClock } from '../clock/index.js'
import { keyPairFromUri, type Signer } from '../crypto/index.js'
import { Dendrite, type DendriteOptions, type Target } from '../dendrite/index.js'
import { silentLogger } from '../log/index.js'
import { createMemoryNetwork } from '../transport/index.js'
import { inTime } from './inTime.js'

/** How a pair is made. */
export interface TestPairOptions {
  /** Says who answers: is handed the axon before it starts. */
  readonly serve: (axon: Axon) => void
  /** Where time is taken from: the system's clock by default, or a `VirtualClock` that `run` moves. */
  readonly clock?: Clock
  /** One way, per frame; default 0. */
  readonly latencyMs?: number
  /** Key of who calls. Default `//Bob`; the axon's is `//Alice`. */
  readonly caller?: Signer
  /** Hooks and limits of the axon. */
  readonly axon?: Omit<AxonOptions, 'signer' | 'carrier' | 'clock'>
  /** Limits of the dendrite. */
  readonly dendrite?: Omit<DendriteOptions, 'signer' | 'carrier' | 'clock'>
}

/** An event of an axon, with its name. */
export type RecordedEvent = {
  [Name in keyof AxonEvents]: { readonly name: Name } & AxonEvents[Name]
}[keyof AxonEvents]

const pairShape = shape<TestPairOptions>({
  serve: func,
  clock: optional(clockCheck),
  latencyMs: optional(wholeNumber()),
  caller: optional(signer),
  // Looked at by axon and dendrite.
  axon: optional(plainObject),
  dendrite: optional(plainObject),
})

const EVENTS = ['connected', 'disconnected', 'refused', 'failed', 'fault', 'answered'] as const

/** An axon that serves, and a dendrite that calls it. */
export interface TestPair extends AsyncDisposable {
  readonly axon: Axon
  readonly dendrite: Dendrite
  readonly clock: Clock
  /** Where the axon answers. */
  readonly target: Target
  /** What the axon told, in order. */
  readonly events: readonly RecordedEvent[]
  /** Lets time pass until work is done: what is awaited on a `VirtualClock` needs it. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Closes both ends. */
  stop(): Promise<void>
}

/**
 * An axon that serves and a dendrite that calls it, in memory, with all that the axon tells recorded: to test handlers and hooks as their callers
 * meet them.
 *
 * @throws InvalidArgumentError naming what is wrong, such as `limits.maxRunning`.
 *
 * @example
 * ```ts
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { testPair } from 'subnetkit/testing'
 * import { z } from 'zod'
 *
 * const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
 * await using pair = await testPair({
 *   serve: (axon) => axon.handle(double, (value) => 2 * value),
 *   axon: { blacklist: ({ request }) => request === 13 },
 * })
 * await pair.dendrite.call(double, pair.target, 13) // forbidden
 * console.log(pair.events.filter(({ name }) => name === 'refused'))
 * ```
 */
export async function testPair(options: TestPairOptions): Promise<TestPair> {
  check('options', pairShape, options)
  const { serve, clock = systemClock, latencyMs = 0 } = options
  const carrier = createMemoryNetwork({ clock, latencyMs })
  const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
  const caller = options.caller ?? keyPairFromUri('//Bob', { scheme: 'ed25519' })
  const axon = new Axon({ logger: silentLogger, ...options.axon, signer: alice, carrier, clock })
  const dendrite = new Dendrite({ ...options.dendrite, signer: caller, carrier, clock })
  const events: RecordedEvent[] = []
  for (const name of EVENTS) axon.on(name, (event) => void events.push({ name, ...event } as RecordedEvent))
  serve(axon)
  await axon.start()
  const stop = async (): Promise<void> => {
    await dendrite.close()
    await inTime(clock, () => axon.stop())
  }
  return {
    axon,
    dendrite,
    clock,
    events,
    target: { hotkey: axon.hotkey, ...axon.address },
    async run(work) {
      check('work', func, work)
      return await inTime(clock, work)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
