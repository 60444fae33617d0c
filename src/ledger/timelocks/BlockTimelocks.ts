import { blake2b256, hexOf } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { PulseInput, TimelockInput } from './timelockInput.js'

/** A time lock that a block opens. */
export interface OpenedLock {
  readonly round: number
  /** What was committed. */
  readonly commit: Uint8Array
}

/** The time locks of one block: rounds that have come, and the texts that they open. */
export interface BlockTimelocks {
  readonly rounds: readonly number[]
  /** @throws InvalidArgumentError where the block brings no text for a commit that it opens. */
  textOf(one: OpenedLock): Uint8Array | null
}

/** Those of a chain without a beacon: what is committed is the text itself. */
export function plainTimelocks(pulses: readonly PulseInput[]): BlockTimelocks {
  return { rounds: pulses.map(({ round }) => round), textOf: ({ commit }) => commit }
}

/** Those of a chain with one. */
export function timelocksOf({ pulses, texts }: TimelockInput): BlockTimelocks {
  const byKey = new Map(texts.map(({ round, commitHash, text }) => [keyOf(round, commitHash), text]))
  return {
    rounds: pulses.map(({ round }) => round),
    textOf: (one) => textAmong(byKey, one),
  }
}

/** Of commits that the state holds, whose bytes stay: a block that opens some asks for them three times. */
const hashes = new WeakMap<Uint8Array, string>()

/**
 * What a committed container is known by.
 *
 * @param commit - bytes that nobody changes: what they hash to is remembered as long as they are.
 */
export function commitHashOf(commit: Uint8Array): string {
  const known = hashes.get(commit)
  if (known !== undefined) return known
  const hash = hexOf(blake2b256(commit))
  hashes.set(commit, hash)
  return hash
}

function keyOf(round: number, commitHash: string): string {
  return `${round} ${commitHash}`
}

function textAmong(
  texts: ReadonlyMap<string, Uint8Array | null>,
  { round, commit }: OpenedLock,
): Uint8Array | null {
  const commitHash = commitHashOf(commit)
  const text = texts.get(keyOf(round, commitHash))
  if (text !== undefined) return text
  throw new InvalidArgumentError({
    field: 'input.texts',
    value: texts.size,
    remedy: `Give the text of commit ${commitHash}, locked to round ${round}, or null if it cannot be opened: the query timelocksDue names all that the block opens.`,
  })
}
