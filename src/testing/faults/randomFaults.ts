import { check, durationMs, listOf, optional, shape, text, wholeNumber } from '../../checks/index.js'
import { SeededRandom } from '../../math/index.js'
import { closeCodes } from '../../transport/index.js'
import { peerName } from './faultShapes.js'
import type { Downfall, Fault, FaultDirection, FaultScope, RestartLoss, ToldOfCut } from './types.js'

/** What random faults are about. */
export interface RandomFaultsOptions {
  readonly seed: string
  /** Those that dial. */
  readonly diallers: readonly string[]
  /** Those that listen. */
  readonly listeners: readonly string[]
  /** Those that may restart; default: none. */
  readonly restarting?: readonly string[]
  /** Faults begin and end within so much time. */
  readonly spanMs: number
  /** Default 6. */
  readonly maxFaults?: number
}

const names = listOf(peerName, { min: 1 })
const optionsShape = shape<RandomFaultsOptions>({
  seed: text(),
  diallers: names,
  listeners: names,
  restarting: optional(listOf(peerName)),
  spanMs: durationMs({ min: 1 }),
  maxFaults: optional(wholeNumber({ max: 100 })),
})

const DIRECTIONS: readonly FaultDirection[] = ['toListener', 'toDialler']
const TOLD: readonly ToldOfCut[] = ['both', 'dialler', 'listener', 'nobody']
const DOWNFALLS: readonly Downfall[] = ['stop', 'reset', 'powerLoss']
const LOSSES: readonly RestartLoss[] = ['nothing', 'memory', 'key', 'both']

/**
 * A list of faults of all kinds, each between some peers and for some time, as the seed has it; often none.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { randomFaults } from 'subnetkit/testing'
 *
 * const faults = randomFaults({ seed: '1', diallers: ['validator'], listeners: ['miner'], spanMs: 10_000 })
 * console.log(JSON.stringify(faults))
 * ```
 */
export function randomFaults(options: RandomFaultsOptions): Fault[] {
  check('options', optionsShape, options)
  const { seed, maxFaults = 6 } = options
  const random = new SeededRandom(seed).fork('faults')
  return Array.from({ length: random.int(maxFaults + 1) }, () => randomFault(random, options))
}

function randomFault(random: SeededRandom, options: RandomFaultsOptions): Fault {
  const { diallers, listeners, restarting = [], spanMs } = options
  const scope = randomScope(random, options)
  const direction = random.int(2) === 0 ? {} : { direction: random.pick(DIRECTIONS) }
  const ms = (max: number): number => Math.round(max * random.float() ** 2)
  switch (random.int(restarting.length > 0 ? 11 : 9)) {
    case 0:
      return {
        kind: 'loss',
        chance: share(random),
        ...(random.int(4) === 0 ? { afterFrame: random.int(30) } : {}),
        ...direction,
        ...scope,
      }
    case 1:
      return { kind: 'repeat', chance: share(random), ...direction, ...scope }
    case 2:
      return { kind: 'alter', chance: share(random), ...direction, ...scope }
    case 3:
      return { kind: 'delay', delayMs: ms(spanMs / 10), jitterMs: ms(spanMs / 10), ...direction, ...scope }
    case 4:
      return { kind: 'drip', bytesPerSecond: 10 ** (2 + random.int(5)), ...direction, ...scope }
    case 5:
      return { kind: 'silence', ...direction, ...scope }
    case 6:
      return { kind: 'refuse', ...scope }
    case 7:
      return {
        kind: 'cut',
        afterFrame: random.int(30),
        direction: random.pick(DIRECTIONS),
        told: random.pick(TOLD),
        ...(random.int(2) === 0 ? {} : { connection: random.int(3) }),
        ...(random.int(3) === 0 ? { code: random.pick(CODES) } : {}),
        ...scope,
      }
    case 8:
      return {
        kind: 'skew',
        peer: random.pick([...diallers, ...listeners]),
        offsetMs: random.int(2 * 86_400_000) - 86_400_000,
        ratePpm: random.int(100_000) - 50_000,
      }
    default:
      return {
        kind: 'restart',
        peer: random.pick(restarting),
        atMs: Math.round(spanMs * random.float()),
        downMs: ms(spanMs / 2),
        how: random.pick(DOWNFALLS),
        loses: random.pick(LOSSES),
      }
  }
}

/** Any code that peers say to each other, said by somebody else. */
const CODES = Object.values(closeCodes)

/** Small shares are as likely as large ones. */
function share(random: SeededRandom): number {
  return random.pick([0.01, 0.05, 0.2, 1])
}

function randomScope(random: SeededRandom, options: RandomFaultsOptions): FaultScope {
  const { diallers, listeners, spanMs } = options
  const fromMs = Math.round(spanMs * random.float())
  const lastsMs = Math.round((spanMs - fromMs) * random.float())
  return {
    ...(random.int(2) === 0 ? {} : { dialler: random.pick(diallers) }),
    ...(random.int(2) === 0 ? {} : { listener: random.pick(listeners) }),
    ...(random.int(4) === 0 ? {} : { fromMs, untilMs: fromMs + lastsMs }),
  }
}
