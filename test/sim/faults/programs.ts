import { sleep } from '../../../src/clock/index.js'
import type { Fault, FaultDirection } from '../../../src/testing/index.js'
import { type CallPlan, World, type WorldOptions } from './World.js'

const TIMEOUT_MS = 5_005

/** A short program; its connection is cut after each of its frames in turn. */
export interface CutProgram {
  readonly name: string
  readonly calls: readonly CallPlan[]
  /** What happens beside the calls. */
  readonly besides?: (world: World) => Promise<void>
  /** What the world is like besides. */
  readonly where?: Pick<WorldOptions, 'axonLimits'> & { readonly faults: readonly Fault[] }
  /** Frames that it takes each way at least, handshake included: messages of one moment may share one. */
  readonly frames: { readonly [Direction in FaultDirection]: number }
}

function call(id: string, atMs: number, ask: CallPlan['ask'], cancelAfterMs?: number): CallPlan {
  return { id, atMs, dendrite: 0, miner: 0, timeoutMs: TIMEOUT_MS, cancelAfterMs, ask }
}
const stream = { kind: 'count', chunks: 9, everyMs: 10, bytes: 100, readMs: 0 } as const

export const programs: readonly CutProgram[] = [
  {
    name: 'a handshake and a unary call',
    calls: [call('a', 0, { kind: 'echo', bytes: 1_000 })],
    frames: { toListener: 3, toDialler: 2 },
  },
  {
    name: 'calls one after the other',
    calls: [0, 100, 200].map((atMs) => call(`at ${atMs}`, atMs, { kind: 'echo', bytes: 10 })),
    frames: { toListener: 5, toDialler: 4 },
  },
  {
    name: 'calls at once, one of which takes its time',
    calls: [
      call('long', 0, { kind: 'slow', ms: 500, stubborn: false }),
      ...[1, 2, 3].map((at) => call(`short ${at}`, at, { kind: 'echo', bytes: 50_000 })),
    ],
    frames: { toListener: 5, toDialler: 4 },
  },
  {
    // Four chunks of credit, given back by twos.
    name: 'a stream',
    calls: [call('s', 0, stream)],
    frames: { toListener: 6, toDialler: 10 },
  },
  {
    name: 'a stream all at once',
    calls: [call('s', 0, { ...stream, everyMs: 0 })],
    frames: { toListener: 4, toDialler: 4 },
  },
  {
    name: 'a stream that its reader leaves',
    calls: [call('s', 0, { ...stream, stopAfter: 3 }), call('next', 1_000, { kind: 'echo', bytes: 1 })],
    frames: { toListener: 6, toDialler: 5 },
  },
  {
    name: 'a cancelled call',
    calls: [
      call('c', 0, { kind: 'slow', ms: 1_000, stubborn: false }, 57),
      call('stubborn', 0, { kind: 'slow', ms: 1_000, stubborn: true }, 57),
      call('next', 500, { kind: 'echo', bytes: 1 }),
    ],
    frames: { toListener: 7, toDialler: 2 },
  },
  {
    name: 'a connection that the server ends as idle while a call is on its way',
    where: { axonLimits: { idleMs: 1_000 }, faults: [{ kind: 'delay', delayMs: 20 }] },
    calls: [
      call('before', 0, { kind: 'echo', bytes: 1 }),
      call('crosses', 1_070, { kind: 'echo', bytes: 1 }),
    ],
    frames: { toListener: 4, toDialler: 3 },
  },
  {
    name: 'a server that goes away',
    calls: [
      call('before', 0, { kind: 'slow', ms: 300, stubborn: false }),
      call('after', 200, { kind: 'echo', bytes: 1 }),
    ],
    besides: async (world) => {
      await sleep(world.clock, 100)
      await world.run(0).restart({ how: 'stop', downMs: 1_000 })
    },
    frames: { toListener: 3, toDialler: 2 },
  },
]

/** A world that was through a program among faults, and is over. */
export async function run(program: CutProgram, faults: readonly Fault[]): Promise<World> {
  const { axonLimits = {}, faults: around = [] } = program.where ?? {}
  const world = await World.start({ seed: program.name, faults: [...around, ...faults], axonLimits })
  world.plan(program.calls)
  const besides = program.besides?.(world)
  await world.untilCallsEnd()
  await world.idle()
  await besides
  await world.end()
  return world
}
