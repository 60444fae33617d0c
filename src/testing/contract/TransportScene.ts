import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { Axon, type AxonOptions } from '../../axon/index.js'
import { type Clock, systemClock, VirtualClock } from '../../clock/index.js'
import { type KeyPair, keyPairFromUri } from '../../crypto/index.js'
import { Dendrite, type DendriteOptions, type FailureStatus, type Target } from '../../dendrite/index.js'
import { silentLogger } from '../../log/index.js'
import { type CallResult, isRequestId } from '../../synapse/index.js'
import { inTime, until } from '../inTime.js'
import type { TransportBed, TransportFeature, TransportUnderTest } from './types.js'

/** Virtual milliseconds in which everything that waits has to have ended. */
const SETTLING_MS = 120_000

/** Declares one statement, which is tried unless the transport lacks what it needs. */
export type Declare = (
  title: string,
  needs: readonly TransportFeature[],
  statement: (scene: TransportScene) => Promise<void>,
) => void

/** The peers of one statement, and what they must have let go of at its end. */
export class TransportScene {
  readonly bed: TransportBed
  readonly clock: Clock
  /** Serves, unless a statement says otherwise. */
  readonly alice: KeyPair
  /** Calls, unless a statement says otherwise. */
  readonly bob: KeyPair
  readonly charlie: KeyPair
  readonly #axons: Axon[] = []
  readonly #dendrites: Dendrite[] = []
  readonly #signals: AbortSignal[] = []

  readonly #lacks: NonNullable<TransportUnderTest['lacks']>

  private constructor(bed: TransportBed, { scheme = 'ed25519', lacks = {} }: TransportUnderTest) {
    this.bed = bed
    this.#lacks = lacks
    this.clock = bed.axon.clock ?? systemClock
    this.alice = keyPairFromUri('//Alice', { scheme })
    this.bob = keyPairFromUri('//Bob', { scheme })
    this.charlie = keyPairFromUri('//Charlie', { scheme })
  }

  /** Runs a statement in a scene of its own, and holds it to having left nothing behind. */
  static async play(
    transport: TransportUnderTest,
    statement: (scene: TransportScene) => Promise<void>,
  ): Promise<void> {
    const scene = new TransportScene(await transport.open(), transport)
    try {
      await inTime(scene.clock, () => statement(scene))
      await inTime(scene.clock, () => scene.#close())
      await scene.#assertNothingLeft()
    } finally {
      await inTime(scene.clock, () => scene.#close())
      await scene.bed.close?.()
    }
  }

  /** An axon that has started. @param setUp - says who answers. */
  async serve(setUp: (axon: Axon) => void, options: Partial<AxonOptions> = {}): Promise<Axon> {
    const limits = { stopMs: 1_000, ...this.bed.axon.limits, ...options.limits }
    const axon = new Axon({ signer: this.alice, logger: silentLogger, ...this.bed.axon, ...options, limits })
    this.#axons.push(axon)
    setUp(axon)
    await axon.start()
    return axon
  }

  dendrite(signer: KeyPair = this.bob, options: Partial<DendriteOptions> = {}): Dendrite {
    const limits = { ...this.bed.dendrite.limits, ...options.limits }
    const dendrite = new Dendrite({ ...this.bed.dendrite, ...options, signer, limits })
    this.#dendrites.push(dendrite)
    return dendrite
  }

  /** A way to cancel, whose signal must have no listener in the end. */
  controller(): AbortController {
    const controller = new AbortController()
    this.#signals.push(controller.signal)
    return controller
  }

  /** Whether the transport lacks what part of a statement is about. */
  lacks(feature: TransportFeature): boolean {
    return this.#lacks[feature] !== undefined
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    await until(this.clock, holds, what)
  }

  async #close(): Promise<void> {
    await Promise.all(this.#dendrites.map((dendrite) => dendrite.close()))
    await Promise.all(this.#axons.map((axon) => axon.stop()))
  }

  async #assertNothingLeft(): Promise<void> {
    const { clock } = this
    await inTime(clock, async () => {
      const held = (): number =>
        this.#dendrites.reduce((sum, { connectionCount }) => sum + connectionCount, 0)
      await this.until(() => held() === 0, 'every dendrite has let go of its connections')
      for (const { counters } of this.#axons) {
        const { connectionsOpen, callsRunning, callsQueued, callsAdmitting, callsOverrunning } = counters
        assert.deepEqual(
          { connectionsOpen, callsRunning, callsQueued, callsAdmitting, callsOverrunning },
          { connectionsOpen: 0, callsRunning: 0, callsQueued: 0, callsAdmitting: 0, callsOverrunning: 0 },
        )
      }
    })
    for (const signal of this.#signals) assert.deepEqual(getEventListeners(signal, 'abort'), [])
    if (!(clock instanceof VirtualClock)) return
    await clock.run({ untilMs: clock.now() + SETTLING_MS })
    assert.equal(clock.pendingTimers, 0, 'timers are left')
  }
}

/** Where an axon answers. */
export function targetOf(axon: Axon): Target {
  return { hotkey: axon.hotkey, ...axon.address }
}

/** Holds a call to an answer. */
export async function assertAnswer<T>(call: Promise<CallResult<T>>, answer: T): Promise<void> {
  const result = await call
  if (result.status !== 'ok') assert.fail(`The call ended as ${result.status}: ${result.reason}`)
  assert.deepEqual(result.answer, answer)
}

/** Holds a call to an end without an answer. @param unhandled - what it must say; either when left out. */
export async function assertFails<T>(
  call: Promise<CallResult<T>>,
  status: FailureStatus,
  unhandled?: boolean,
): Promise<void> {
  const result = await call
  if (result.status === 'ok') assert.fail(`The call was answered, and should have ended as ${status}.`)
  const { unhandled: said, requestId } = result
  assert.deepEqual([result.status, typeof said], [status, 'boolean'], result.reason)
  assert.ok(isRequestId(requestId), 'the result names its call')
  if (unhandled !== undefined) assert.equal(said, unhandled, `unhandled of ${status}`)
}
