import type { Clock } from 'subnetkit/clock'
import type { SeededRandom } from 'subnetkit/math'
import type { MarketMiner, MarketSeat } from '../support/market.js'
import { seatOf } from '../support/marketRun.js'
import { answersOf, type Habits, Machine } from './machine.js'
import { MATRIX_BYTES } from './matrices.js'
import { type Model, speedOf } from './protocol.js'

type RentalMiner = MarketMiner<unknown, unknown>

/** What a miner says that it has, what its cards really are (default: the same), and how it works. */
interface Claim {
  readonly claims: Model
  readonly cards: number
  readonly has?: Model
  readonly habits?: (random: SeededRandom) => Habits
}

function machineOf(
  { claims, cards, has = claims, habits = () => ({}) }: Claim,
  random: SeededRandom,
): Machine {
  const idOf = (nth: number): string =>
    `GPU-${random.fork(`id ${nth}`).nextU32().toString(16).padStart(8, '0')}`
  const offer = { model: claims, cards: Array.from({ length: cards }, (_, nth) => idOf(nth)) }
  return new Machine(offer, speedOf(has), random, habits(random))
}

const having =
  (claim: Claim) =>
  ({ random }: MarketSeat) => {
    const machine = machineOf(claim, random)
    return { answers: answersOf(() => machine) }
  }

const better: RentalMiner = {
  name: 'better',
  is: 'honest',
  does: 'has two H200',
  spec: having({ claims: 'H200', cards: 2 }),
}

const worse: RentalMiner = {
  name: 'worse',
  is: 'honest',
  does: 'has one H200',
  spec: having({ claims: 'H200', cards: 1 }),
}

const bluffer: RentalMiner = {
  name: 'bluffer',
  is: 'cheat',
  does: 'has no card: says that it has six H200, and sends noise at once',
  spec: having({
    claims: 'H200',
    cards: 6,
    habits: (random) => ({
      madeUp: () => new Uint8Array(MATRIX_BYTES).map((_, at) => (at % 3 === 2 ? 0 : random.int(256))),
    }),
  }),
}

const pretender: RentalMiner = {
  name: 'pretender',
  is: 'cheat',
  does: 'has six L4, a third as fast, and says that they are H200',
  spec: having({ claims: 'H200', cards: 6, has: 'L4' }),
}

const duplicate: RentalMiner = {
  name: 'duplicate',
  is: 'cheat',
  does: 'has one H200, and lists it under three ids',
  spec: having({ claims: 'H200', cards: 3, habits: () => ({ owns: 1 }) }),
}

/** The machine that two hotkeys of one owner share: one on each clock, which is one in each network, and in each process. */
const shared = new WeakMap<Clock, Machine>()

function sharedMachine(clock: Clock, seed: string): Machine {
  const known = shared.get(clock)
  if (known !== undefined) return known
  const machine = machineOf({ claims: 'H200', cards: 3 }, seatOf('twins', seed).random)
  shared.set(clock, machine)
  return machine
}

const twin = (name: string): RentalMiner => ({
  name,
  is: 'cheat',
  does: 'is one of two hotkeys that claim the same three H200',
  spec: ({ seed }) => ({ answers: answersOf((clock) => sharedMachine(clock, seed)) }),
})

const timesharer: RentalMiner = {
  name: 'timesharer',
  is: 'cheat',
  does: 'has six H200 that work for somebody else besides, and stop that while they prove',
  spec: having({ claims: 'H200', cards: 6, habits: () => ({ sharedBy: 2 }) }),
}

const standIn: RentalMiner = {
  name: 'standin',
  is: 'cheat',
  does: 'has five H200, of which four work for somebody else; the fifth serves tenants of each, and all five prove',
  spec: having({ claims: 'H200', cards: 5, habits: () => ({ standIns: 1 }) }),
}

const dropper: RentalMiner = {
  name: 'dropper',
  is: 'cheat',
  does: 'has five H200, and breaks every fourth lease, when somebody else pays more',
  spec: having({ claims: 'H200', cards: 5, habits: () => ({ dropsEach: 4 }) }),
}

/** From one round to the next, on virtual time. */
const ROUND_MS = 2_500

const flicker: RentalMiner = {
  name: 'flicker',
  is: 'cheat',
  does: 'has five H200 in two rounds of three; in the third they work elsewhere',
  spec: having({
    claims: 'H200',
    cards: 5,
    habits: () => ({ isHere: (nowMs) => Math.floor(nowMs / ROUND_MS) % 3 !== 0 }),
  }),
}

export const honest: readonly RentalMiner[] = [better, worse]

/** The honest ones, then the cheats. */
export const miners: readonly RentalMiner[] = [
  ...honest,
  bluffer,
  pretender,
  duplicate,
  twin('twin-1'),
  twin('twin-2'),
  timesharer,
  standIn,
  dropper,
  flicker,
]
