import type { CanonicalValue } from '../codec/index.js'
import { encodeState, MechanismError, type ProtocolMechanism, type ScoreBook } from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'

/** A hotkey that the mechanism failed to forget. */
export interface ForgetFailure {
  readonly hotkey: Hotkey
  readonly error: MechanismError
}

/** A state without some hotkeys, and those that the mechanism failed to forget: the state keeps them. */
export interface Forgotten<State> {
  readonly state: State
  readonly failures: readonly ForgetFailure[]
}

/** Lets hotkeys that registered anew start fresh, in the book (written to) and in the mechanism's state. */
export function renewed<State extends CanonicalValue>(
  mechanism: Forgetter<State>,
  memory: { book: ScoreBook; state: State },
  metagraph: Metagraph,
): Forgotten<State> {
  const { hotkey, registeredAtBlock } = metagraph.columns
  const registrations = new Map(hotkey.map((one, uid) => [one, registeredAtBlock[uid] ?? 0]))
  return forgotten(mechanism, memory.state, memory.book.renew(registrations))
}

/** Drops hotkeys that left before `olderThan`, from the book (written to) and from the mechanism's state. */
export function pruned<State extends CanonicalValue>(
  mechanism: Forgetter<State>,
  memory: { book: ScoreBook; state: State },
  options: { metagraph: Metagraph; block: BlockNumber; olderThan: BlockNumber },
): Forgotten<State> {
  const { metagraph, block, olderThan } = options
  const isRegistered = (hotkey: Hotkey): boolean => metagraph.uidOf(hotkey) !== undefined
  return forgotten(mechanism, memory.state, memory.book.prune({ isRegistered, block, olderThan }))
}

/** Lets the state go of those of a round that waited who left, or registered anew, since it began: it was judged by what others answered under their hotkeys. */
export function goneSince<State extends CanonicalValue>(
  mechanism: Forgetter<State>,
  { book, state }: { book: ScoreBook; state: State },
  {
    metagraph,
    miners,
    block,
  }: { metagraph: Metagraph; miners: readonly { readonly hotkey: Hotkey }[]; block: BlockNumber },
): Forgotten<State> {
  const { registeredAtBlock } = metagraph.columns
  const isGone = (hotkey: Hotkey): boolean => {
    const uid = metagraph.uidOf(hotkey)
    return uid === undefined ? book.get(hotkey) === undefined : (registeredAtBlock[uid] ?? 0) > block
  }
  return forgotten(mechanism, state, miners.map(({ hotkey }) => hotkey).filter(isGone))
}

/**
 * What is left to remember once a round is scored: without those that left long ago.
 *
 * @param options.miners - those of a round that waited; `began` is the block that seeded it.
 */
export function afterRound<State extends CanonicalValue>(
  mechanism: Forgetter<State>,
  { book, state }: { book: ScoreBook; state: State },
  options: {
    metagraph: Metagraph
    miners: readonly { readonly hotkey: Hotkey }[]
    began: BlockNumber
    block: BlockNumber
    forgetAfterBlocks: number
  },
): Forgotten<State> {
  const { metagraph, miners, began, block, forgetAfterBlocks } = options
  const left = goneSince(mechanism, { book, state }, { metagraph, miners, block: began })
  const olderThan = block - forgetAfterBlocks
  const kept = pruned(mechanism, { book, state: left.state }, { metagraph, block, olderThan })
  return { state: kept.state, failures: [...left.failures, ...kept.failures] }
}

type Forgetter<State extends CanonicalValue> = Pick<ProtocolMechanism<State>, 'forget'>

function forgotten<State extends CanonicalValue>(
  mechanism: Forgetter<State>,
  before: State,
  hotkeys: readonly Hotkey[],
): Forgotten<State> {
  let state = before
  const failures: ForgetFailure[] = []
  for (const hotkey of hotkeys) {
    try {
      const next = mechanism.forget(state, hotkey)
      encodeState('forget', next)
      state = next
    } catch (cause) {
      const error = cause instanceof MechanismError ? cause : MechanismError.threw('forget', cause)
      failures.push({ hotkey, error })
    }
  }
  return { state, failures }
}
