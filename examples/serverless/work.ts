import { type CallContext, RelayedError } from 'subnetkit/axon'
import { type Clock, sleep } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import { answerTo, type SynapseAnswer } from 'subnetkit/neuron'
import type { Hotkey } from 'subnetkit/units'
import { type Image, imageOf, type KindName, kindNames, kinds, stepOf } from './apps.js'
import { deploy, type Invocation, invoke, offer } from './protocol.js'

/** What a miner works with. */
export interface Rig {
  /** What each validator has of it, in parts of a usual machine. */
  readonly speed: number
  /** How quickly it starts what is cold and does the first step, where that is another speed. */
  readonly startSpeed?: number
  /** What it keeps warm has to fit in it. */
  readonly memoryMiB: number
  /** What it asks for a step. Default 100. */
  readonly stepRao?: number
  /** Whether it takes as long as it may over each call, though it is done. Default false. */
  readonly dawdles?: boolean
  /** What it has at hand for a call, and sends at once. Default: nothing. */
  readonly known?: (request: Invocation) => readonly number[] | undefined
  /** Who may invoke. Default: validators alone. */
  readonly serves?: 'validators' | 'anybody'
}

/** A call or a start takes up to this part more, or less: no machine is at rest. */
const UNREST = 0.15
/** Before its deadline a call has to be on its way back. */
const MARGIN_MS = 100

/** For whom, and when, a call is worked on. */
type Work = Pick<CallContext, 'caller' | 'signal' | 'deadlineMs'> & { readonly clock: Clock }

/** A miner's answers to the synapses of the market, at the pace of its rig; chance tells it for each call. */
export function answersOf(rig: Rig, random: SeededRandom): SynapseAnswer[] {
  const machine = new Machine(rig, random)
  const open = rig.serves === 'anybody' ? { blacklist: () => false } : {}
  return [
    answerTo(deploy, (request, context) => machine.deploy(request.versions, request, context)),
    answerTo(invoke, (request, context) => machine.invoke(request, context), open),
    answerTo(offer, () => ({ stepRao: rig.stepRao ?? 100, warm: machine.warm }), open),
  ]
}

/** As many applications as fit, the small ones first: the score counts how many there are. */
function choiceOf(memoryMiB: number): KindName[] {
  const chosen: KindName[] = []
  let leftMiB = memoryMiB
  for (const kind of [...kindNames].sort((a, b) => kinds[a].memoryMiB - kinds[b].memoryMiB)) {
    if (kinds[kind].memoryMiB > leftMiB) break
    chosen.push(kind)
    leftMiB -= kinds[kind].memoryMiB
  }
  return chosen
}

/** An application in memory. */
interface Warm {
  readonly version: number
  readonly image: Image
  /** Its start is over then. */
  readonly fromMs: number
}

/** For each caller one call after the other, of applications that are warm. What it cannot do in time it does not begin. */
class Machine {
  readonly #rig: Rig
  readonly #random: SeededRandom
  readonly #keeps: readonly KindName[]
  readonly #warm = new Map<KindName, Warm>()
  /** When it has done what each caller asked so far. */
  readonly #freeAtMs = new Map<Hotkey, number>()

  constructor(rig: Rig, random: SeededRandom) {
    this.#rig = rig
    this.#random = random
    this.#keeps = choiceOf(rig.memoryMiB)
  }

  get warm() {
    return Array.from(this.#warm, ([kind, { version }]) => ({ kind, version }))
  }

  /** Starts what has a new version, in place of the one before, and does the first step of one. */
  async deploy(
    versions: { readonly [kind in KindName]: number },
    { kind, value }: { readonly kind: KindName; readonly value: number },
    { clock, signal, deadlineMs }: Work,
  ) {
    for (const one of this.#keeps)
      if (this.#warm.get(one)?.version !== versions[one]) this.#start(one, versions[one], clock.now())
    const app = this.#warm.get(kind)
    const atMs = (app?.fromMs ?? Number.POSITIVE_INFINITY) + kinds[kind].stepMs / this.#startSpeed
    if (app === undefined || atMs > deadlineMs - MARGIN_MS) throw busy()
    await sleepUntil(clock, atMs, signal)
    return { value: stepOf(kind, app.image, value) }
  }

  async *invoke(request: Invocation, { caller, clock, signal, deadlineMs }: Work) {
    const { kind, version, value, steps } = request
    const known = this.#rig.known?.(request)
    if (known !== undefined) return yield* known.map((one) => ({ value: one }))
    const app = this.#warm.get(kind)
    if (app === undefined || app.version !== version) throw busy()
    const stepMs = unrestOf(this.#random) * (kinds[kind].stepMs / this.#rig.speed)
    const beginsMs = Math.max(this.#freeAtMs.get(caller) ?? 0, app.fromMs, clock.now())
    const latestMs = deadlineMs - MARGIN_MS
    if (beginsMs + steps * stepMs > latestMs) throw busy()
    this.#freeAtMs.set(caller, beginsMs + steps * stepMs)
    // All that it has taken on goes on side by side, each as slowly as may be.
    const [fromMs, paceMs] = this.#rig.dawdles
      ? [clock.now(), (latestMs - clock.now()) / steps]
      : [beginsMs, stepMs]
    for (let step = 1, next = value; step <= steps; step++) {
      await sleepUntil(clock, fromMs + step * paceMs, signal)
      next = stepOf(kind, app.image, next)
      yield { value: next }
    }
  }

  #start(kind: KindName, version: number, nowMs: number): void {
    const unrest = unrestOf(this.#random.fork(`start of ${kind} ${version}`))
    const fromMs = nowMs + unrest * (kinds[kind].startMs / this.#startSpeed)
    this.#warm.set(kind, { version, image: imageOf(kind, version), fromMs })
  }

  get #startSpeed(): number {
    return this.#rig.startSpeed ?? this.#rig.speed
  }
}

const unrestOf = (random: SeededRandom): number => 1 + UNREST * (2 * random.float() - 1)

/** It has not begun with the call, so another may be asked. */
const busy = (): RelayedError => new RelayedError({ status: 'overloaded', unhandled: true })

const sleepUntil = (clock: Clock, atMs: number, signal: AbortSignal): Promise<void> =>
  sleep(clock, Math.max(0, atMs - clock.now()), signal)
