import { type Clock, onAbort, waitOn } from '../../clock/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { describeValue, InvariantError } from '../../errors/index.js'
import {
  IncentiveMechanism,
  isShortForm,
  MechanismError,
  NotScoredError,
  type PlayResult,
  type ProtocolMechanism,
  roundLimitsOf,
} from '../../mechanism/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { attended, OVERDUE_MS } from '../attended.js'
import type { Calling } from '../callMechanism.js'
import type { RoundWaiting } from './BlockDoors.js'
import type { KeyedQuestion } from './KeyedQuestions.js'
import { LiveRound, type LiveRoundParts } from './LiveRound.js'
import type { MinerTally } from './MinerTally.js'
import type { Question } from './Question.js'
import type { RoundReplay } from './RoundReplay.js'
import type { Asker } from './requestFaults.js'
import { deadlinesOf, TimeLimit } from './TimeLimit.js'

/** What a task came to, to be scored. */
export interface PlayedTask {
  /** What `play` returned. */
  readonly played: PlayResult
  readonly tallies: ReadonlyMap<Hotkey, MinerTally>
}

/** A task that waits for a block: it is played again from its record then. */
export interface ParkedTask {
  readonly untilBlock: BlockNumber
  /** What the block is the answer to. */
  readonly question: KeyedQuestion
}

/** What a task is played with. */
export type PlayParts<State extends CanonicalValue> = Omit<
  LiveRoundParts<State>,
  'asker' | 'limits' | 'sells' | 'signal' | 'clock' | 'pause' | 'waiting'
> & {
  /** The newest block, where the task may wait for one. */
  readonly newestBlock?: (() => BlockNumber) | undefined
  /** The record of what it asked before it waited. */
  readonly replay?: RoundReplay | undefined
}

/**
 * Plays one task of a round.
 *
 * @throws MechanismError when the mechanism fails, NotScoredError when what the validator needs does; what was under way is ended.
 */
export async function playTask<State extends CanonicalValue>(
  mechanism: ProtocolMechanism<State>,
  parts: PlayParts<State>,
  calling: Calling,
): Promise<PlayedTask | ParkedTask> {
  const asker: Asker = isShortForm(mechanism) ? 'createTask' : 'play'
  const { newestBlock, replay } = parts
  const clock = replay === undefined ? calling.clock : stillUntilGiven(calling.clock, replay)
  const parking = new Parking(newestBlock)
  const over = new AbortController()
  const forget = onAbort(calling.signal, () => over.abort())
  const limits = roundLimitsOf(mechanism)
  // What is no subclass may leave it out.
  const sells = mechanism.sells ?? []
  let onLate = (_: MechanismError): void => {}
  const late = new Promise<never>((_, reject) => {
    onLate = reject
  })
  // The short form is told of what is late, and waited for.
  const time =
    asker === 'play'
      ? new TimeLimit(deadlinesOf(clock), limits.roundMs, () => onLate(overdue(limits.roundMs)))
      : undefined
  const pause = (): (() => void) => time?.pause() ?? (() => {})
  const { waiting } = parking
  const own = { asker, limits, sells, clock, pause, waiting, signal: over.signal }
  const round = new LiveRound({ ...parts, ...own })
  // What is no subclass has no `play` of its own.
  const play = (mechanism.play ?? IncentiveMechanism.prototype.play) as (
    round: LiveRound<State>,
  ) => Promise<PlayResult>
  // A play that waits for a block never ends by itself.
  const begin = async (): Promise<PlayResult | Parked> =>
    await Promise.race([(async () => await play.call(mechanism, round))(), parking.parked])
  const begun = replay === undefined ? begin : async () => await replay.run(begin)
  const work = clock.hold(begun, { what: `${asker} of the mechanism` }).catch((cause) => {
    throw cause instanceof MechanismError || cause instanceof NotScoredError
      ? cause
      : MechanismError.threw(asker, cause)
  })
  try {
    const ended = await Promise.race([
      asker === 'createTask'
        ? attended(work, { ...calling, onOverdue: () => tellOverdue(round, calling) })
        : attended(work, { clock, signal: calling.signal }),
      late,
    ])
    if (ended instanceof Parked) return ended.task
    assertResult(ended, round.end())
    return { played: ended, tallies: round.tallies }
  } finally {
    time?.end()
    round.end()
    forget()
    over.abort()
  }
}

/** That a play waits for a block. */
class Parked {
  readonly task: ParkedTask

  constructor(task: ParkedTask) {
    this.task = task
  }
}

/** Takes in a play that waits for a block. */
class Parking {
  readonly waiting: RoundWaiting | undefined
  /** Comes once it does. */
  readonly parked: Promise<Parked>

  constructor(newest: (() => BlockNumber) | undefined) {
    let park = (_: Parked): void => {}
    this.parked = new Promise((resolve) => {
      park = resolve
    })
    if (newest === undefined) return
    this.waiting = {
      newest,
      async until(untilBlock, question) {
        if (question === undefined) throw new InvariantError('A round that may wait is not recorded.')
        park(new Parked({ untilBlock, question }))
        await new Promise<never>(() => {})
      },
    }
  }
}

/** A clock that lets no time pass while a record is given: nobody is waited for then. */
function stillUntilGiven(clock: Clock, replay: RoundReplay): Clock {
  return {
    now: () => clock.now(),
    setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
    hold: (work, options) => clock.hold(work, options),
    wait: (work) => (replay.isGiven ? waitOn(clock, work) : work()),
  }
}

/** Asks end by themselves: what is overdue is what makes the task. */
function tellOverdue(round: Pick<LiveRound<never>, 'tallies'>, { onOverdue }: Calling): void {
  if (round.tallies.size > 0) return
  onOverdue(
    new MechanismError({
      method: 'createTask',
      fault: 'overdue',
      what: `has not ended for ${OVERDUE_MS / 1_000} s`,
      remedy: 'Let it end, or fail, by itself: it is waited for, and there are no other rounds meanwhile.',
    }),
  )
}

function overdue(roundMs: number): MechanismError {
  return new MechanismError({
    method: 'play',
    fault: 'overdue',
    what: `has not ended for ${roundMs / 1_000} s, and its round was ended`,
    remedy: 'Ask with shorter deadlines, or raise roundLimits.roundMs of the mechanism.',
  })
}

/** @throws MechanismError for what `score` cannot be given, and for what was left under way. */
function assertResult(played: unknown, left: readonly Question[]): void {
  if (typeof played !== 'object' || played === null)
    throw misuse(
      'wrong form',
      `returned ${describeValue(played)}`,
      'Return an object of what there is to judge.',
    )
  for (const key of ['seed', 'block', 'state']) {
    if (key in played)
      throw misuse(
        'wrong form',
        `returned a key ${key}`,
        'Call it otherwise: score is given one of that name.',
      )
  }
  for (const [key, value] of Object.entries(played)) {
    if (!(value instanceof Promise)) continue
    value.catch(() => {})
    throw misuse('misuse', `returned a promise as ${key}`, 'Await it.')
  }
  if (left.length === 0) return
  const named = left.slice(0, 3).map(({ door, name }) => `${door} of ${name}`)
  throw misuse(
    'misuse',
    `returned while ${left.length} of its questions had no answer: ${named.join(', ')}`,
    'Await every door of the round.',
  )
}

function misuse(fault: MechanismError['fault'], what: string, remedy: string): MechanismError {
  return new MechanismError({ method: 'play', fault, what, remedy })
}
