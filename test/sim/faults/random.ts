import { sleep } from '../../../src/clock/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { type Fault, randomFaults } from '../../../src/testing/index.js'
import { type CallPlan, type CallRecord, World } from './World.js'

const SPAN_MS = 20_000
const MINERS = 3
const DENDRITES = 2
const CALLS = 24

const names = (what: string, many: number): string[] =>
  Array.from({ length: many }, (_, at) => `${what}-${at}`)
const diallers = names('dendrite', DENDRITES)
const listeners = names('miner', MINERS)

export const faultsOf = (seed: string): readonly Fault[] =>
  randomFaults({ seed, diallers, listeners, restarting: listeners, spanMs: SPAN_MS })

/** Times end on digits of their own, so that no two things fall on one instant: waits on 0, time-outs on 5, cancels on 7. */
function randomCall(random: SeededRandom, number: number, spanMs = SPAN_MS): CallPlan {
  const tens = (max: number): number => 10 * random.int(max / 10)
  const kind = random.int(10)
  return {
    id: `call-${number}`,
    atMs: random.int(spanMs),
    dendrite: random.int(DENDRITES),
    miner: random.int(MINERS),
    timeoutMs: 5 + tens(5_000),
    cancelAfterMs: random.int(5) === 0 ? 7 + tens(2_000) : undefined,
    ask:
      kind < 4
        ? { kind: 'echo', bytes: random.pick([0, 100, 1_000, 20_000, 200_000]) }
        : kind < 7
          ? { kind: 'slow', ms: tens(3_000), stubborn: random.int(3) === 0 }
          : {
              kind: 'count',
              chunks: random.int(30),
              everyMs: random.pick([0, 0, 10, 200]),
              bytes: random.pick([0, 100, 30_000]),
              readMs: random.pick([0, 0, 10, 300]),
              stopAfter: random.int(4) === 0 ? 1 + random.int(10) : undefined,
            },
  }
}

/** Whether no fault has to do with the peers of a call. */
function isUntouched({ plan }: CallRecord, faults: readonly Fault[]): boolean {
  const [dialler, listener] = [diallers[plan.dendrite], listeners[plan.miner]]
  return faults.every((fault) => {
    if (fault.kind === 'skew' || fault.kind === 'restart')
      return fault.peer !== listener && fault.peer !== dialler
    const { dialler: theirs = dialler, listener: its = listener } = fault
    return theirs !== dialler || its !== listener
  })
}

/** How a call ends on a network without faults. */
function expectedStatus({ ask, timeoutMs, cancelAfterMs = Number.POSITIVE_INFINITY }: CallPlan): string[] {
  const ended = (ms: number): string => {
    if (ms < Math.min(timeoutMs, cancelAfterMs)) return 'ok'
    return timeoutMs < cancelAfterMs ? 'timeout' : 'cancelled'
  }
  if (ask.kind === 'echo') return ['ok']
  if (ask.kind === 'slow') return [ended(ask.ms)]
  if (ask.stopAfter !== undefined || ask.readMs > 0) return ['ok', 'left', ended(Number.POSITIVE_INFINITY)]
  return [ended(ask.chunks * ask.everyMs)]
}

/** A world that was through the calls of a seed and some faults, and is over. */
export async function scenarioWorld(seed: string, faults = faultsOf(seed)): Promise<World> {
  const world = await World.start({ seed, faults, miners: MINERS, dendrites: DENDRITES })
  const random = new SeededRandom(seed).fork('calls')
  world.plan(Array.from({ length: CALLS }, (_, number) => randomCall(random, number)))
  await world.untilCallsEnd()
  // Half of them are ended while connections stand; the others find out by themselves that nothing goes on any more.
  if (random.int(2) === 0) await world.idle()
  await world.end()
  for (const record of world.records) {
    const { plan, status = '' } = record
    if (!isUntouched(record, faults) || expectedStatus(plan).includes(status)) continue
    world.broken.push(
      `call ${plan.id}, which has no part in any fault, ended as ${status}: ${JSON.stringify(plan)}`,
    )
  }
  return world
}

/** A span in which crowds come: more at a time than anything has room for. */
const CROWD_MS = 3_000

/** A world like that of `scenarioWorld`, in which every bound is tight, and hooks take their time, refuse some, and fail. */
export async function crowdedWorld(seed: string, faults = faultsOf(seed)): Promise<World> {
  const random = new SeededRandom(seed).fork('crowd')
  const some = (max: number): number => 1 + random.int(max)
  const world = await World.start({
    seed,
    faults,
    miners: MINERS,
    dendrites: DENDRITES,
    axonLimits: {
      maxConnections: 1 + some(2),
      maxConnectionsPerCaller: some(2),
      maxUnauthenticated: some(4),
      maxRunning: some(4),
      maxRunningPerCaller: some(4),
      maxQueued: random.int(4),
      maxQueuedPerCaller: some(3),
      maxAdmitting: some(6),
      maxAdmittingPerCaller: some(6),
      maxCallsPerConnection: some(6),
      maxUnreadBytes: 40_000 * some(10),
      maxTotalUnreadBytes: 100_000 * some(5),
      maxFrameBytes: random.pick([150_000, 1_048_576]),
      idleMs: 100 * some(50),
      overrunMs: 100 * some(20),
      stopMs: 100 * some(20),
    },
    dendriteLimits: {
      maxConnections: 1 + some(3),
      maxCallsPerConnection: some(6),
      maxQueuedPerConnection: some(4),
      dialMs: 500 * some(6),
      idleMs: 100 * some(50),
      streamCredit: some(6),
    },
    hooks: (clock) => ({
      blacklist: async () => {
        if (random.int(2) === 0) await sleep(clock, 10 * random.int(30))
        return random.int(20) === 0
      },
      verify: async () => {
        if (random.int(2) === 0) await sleep(clock, 10 * random.int(30))
        if (random.int(20) === 0) throw new RangeError('The hook fails.')
        return random.int(20) !== 0
      },
      priority: () => random.int(5),
    }),
  })
  world.plan(Array.from({ length: 3 * CALLS }, (_, number) => randomCall(random, number, CROWD_MS)))
  await world.untilCallsEnd()
  if (random.int(2) === 0) await world.idle()
  await world.end()
  return world
}
