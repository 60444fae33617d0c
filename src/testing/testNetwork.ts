import { check, eitherOf, flag, func, optional, plainObject, wholeNumber } from '../checks/index.js'
import type { CanonicalValue } from '../codec/index.js'
import { describeValue, InvalidArgumentError } from '../errors/index.js'
import {
  RoundDiffersError,
  RoundDivergedError,
  type RoundRecord,
  type SubnetMechanism,
} from '../mechanism/index.js'
import type { EpochFrame } from '../metagraph/index.js'
import { LocalNetwork, type LocalNetworkOptions, type NetworkEvent } from '../network/index.js'
import { replayRound } from '../neuron/index.js'

/** A rehearsal: as a `LocalNetwork` in virtual time, for a number of epochs. */
export interface TestNetworkOptions<Task, Answer, State extends CanonicalValue>
  extends Omit<LocalNetworkOptions<Task, Answer, State>, 'time' | 'carrier' | 'logger'> {
  /** How many it runs, from its first. Nobody but the owner and the validators is paid in the first. */
  readonly epochs: number
  /** Records every round of every validator: `rounds` of the result. Default false. */
  readonly record?: boolean
  /**
   * Records every round and replays it in the end: what differs, or goes another way, is a fault of the result, alike ones in many rounds one fault with
   * their number. A function makes the mechanism for each replay anew, which
   * finds what `play` keeps in fields; `true` takes the one that played. Default false.
   */
  readonly replay?: boolean | (() => SubnetMechanism<Task, Answer, State>)
}

/** What came of a rehearsal. */
export interface TestNetworkResult {
  /** One per epoch, in order. */
  readonly frames: readonly EpochFrame[]
  /** Alpha that all epochs paid, by name of the neuron; the subnet's owner is `owner`. */
  readonly earnedAlpha: ReadonlyMap<string, bigint>
  /** What each miner's share of what miners earn was in the last epoch, by name. */
  readonly incentive: ReadonlyMap<string, number>
  /** What the neurons did, in order. */
  readonly events: readonly NetworkEvent[]
  /** What would have been said on standard error: each distinct fault of the mechanism, an answer or a hook. Empty when nothing went wrong. */
  readonly faults: readonly string[]
  /** The record of each task of each round, where they were asked for by `record` or `replay`, by validator in order. */
  readonly rounds: readonly RoundRecord[]
}

const anyEpochs = wholeNumber({ min: 1 })
const anyListener = optional(func)
const replayCheck = eitherOf('Pass true, or a function that makes the mechanism anew.', [flag, func])
const decided = { time: 'virtual', carrier: 'memory', logger: 'the result' } as const

/**
 * Runs a mechanism with its miners and validators on a whole network for some epochs, in virtual time, and tells what came of it. It takes as
 * long as its work, and the same `seed` gives the same result on any machine.
 *
 * @throws InvalidArgumentError as `LocalNetwork.start`, and for a number of epochs that is none or for what the rehearsal decides itself.
 * @throws CallRefusedError when the preset's rules do not let a neuron in.
 *
 * @example
 * ```ts
 * import type { IncentiveMechanism } from 'subnetkit/mechanism'
 * import { testNetwork } from 'subnetkit/testing'
 *
 * async function rehearse(mechanism: IncentiveMechanism<string, string>): Promise<void> {
 *   const miners = [{ name: 'loud', answer: (task: string) => task.toUpperCase() }]
 *   const { earnedAlpha, faults } = await testNetwork({ mechanism, miners, validators: 2, epochs: 5 })
 *   console.log(earnedAlpha.get('loud'), faults)
 * }
 * ```
 */
export async function testNetwork<Task, Answer, State extends CanonicalValue = null>(
  options: TestNetworkOptions<Task, Answer, State>,
): Promise<TestNetworkResult> {
  check('options', plainObject, options)
  for (const [field, remedy] of Object.entries(decided)) {
    const value = (options as unknown as Record<string, unknown>)[field]
    if (value === undefined) continue
    throw new InvalidArgumentError({ field, value, remedy: `Leave it out: it is ${remedy} in a rehearsal.` })
  }
  const { epochs, onEvent, onRound, record = false, replay = false, ...rest } = options
  check('epochs', anyEpochs, epochs)
  check('record', optional(flag), record)
  check('replay', replayCheck, replay)
  check('onRound', anyListener, onRound)
  check('onEvent', anyListener, onEvent)
  const events: NetworkEvent[] = []
  const faults: string[] = []
  const rounds: RoundRecord[] = []
  const isRecorded = record || replay !== false
  const recording = (round: RoundRecord, neuron: string): void | Promise<void> => {
    if (isRecorded) rounds.push(round)
    return onRound?.(round, neuron)
  }
  const say = (_fields: object, message: string): void => void faults.push(message)
  await using network = await LocalNetwork.start<Task, Answer, State>({
    ...(rest as LocalNetworkOptions<Task, Answer, State>),
    logger: { debug() {}, info() {}, warn: say, error: say },
    onEvent: (event) => {
      events.push(event)
      onEvent?.(event)
    },
    ...(isRecorded || onRound !== undefined ? { onRound: recording } : {}),
  })
  const frames: EpochFrame[] = []
  for await (const frame of network.epochs({ count: epochs })) frames.push(frame)
  await network.stop()
  if (replay !== false) faults.push(...(await replayAll(rounds, options)))
  const earned = { earnedAlpha: earnedAlpha(frames), incentive: incentives(frames.at(-1)) }
  return { frames, events, faults, rounds, ...earned }
}

/** What is wrong with the replays of rounds, each in words; what is wrong alike in many is said once. */
async function replayAll<Task, Answer, State extends CanonicalValue>(
  rounds: readonly RoundRecord[],
  options: TestNetworkOptions<Task, Answer, State>,
): Promise<string[]> {
  const { mechanism, furtherMechanisms = [], replay } = options
  const faults = new Map<string, { readonly first: string; count: number }>()
  for (const round of rounds) {
    const further = furtherMechanisms[round.place.mechanismId - 1]
    const made = typeof replay === 'function' ? replay() : mechanism
    try {
      await (further === undefined ? replayRound<State>(made, round) : further.replay(round))
    } catch (error) {
      const words = error instanceof Error ? error.message : describeValue(error)
      const kind = kindOf(error) ?? words
      const alike = faults.get(kind)
      if (alike === undefined) faults.set(kind, { first: words, count: 1 })
      else alike.count++
    }
  }
  return [...faults.values()].map(({ first, count }) =>
    count === 1 ? first : `${first}\n(and ${count - 1} more)`,
  )
}

/** What the faults of one mistake have in common, in whatever round and for whomever they show. */
function kindOf(error: unknown): string | undefined {
  if (error instanceof RoundDiffersError) return JSON.stringify([error.code, error.part])
  if (!(error instanceof RoundDivergedError)) return undefined
  return JSON.stringify([error.code, error.question?.door, error.question?.name, error.at])
}

function earnedAlpha(frames: readonly EpochFrame[]): Map<string, bigint> {
  const earned = new Map<string, bigint>()
  for (const { names, earnedAlpha: byUid } of frames) {
    for (const [uid, name] of names.entries()) earned.set(name, (earned.get(name) ?? 0n) + (byUid[uid] ?? 0n))
  }
  return earned
}

function incentives(frame: EpochFrame | undefined): Map<string, number> {
  return new Map(frame?.metagraph.rows().map(({ uid, incentive }) => [frame.names[uid] ?? '', incentive]))
}
