import type { CanonicalValue } from '../codec/index.js'
import {
  encodeState,
  type ProtocolMechanism,
  roundLimitsOf,
  ScoreBook,
  type Standing,
} from '../mechanism/index.js'
import type { Metagraph } from '../metagraph/index.js'
import type { BlockNumber, Hotkey } from '../units/index.js'
import { type ChainPlace, soundCommits } from './soundCommits.js'
import { TimelockCommits } from './TimelockCommits.js'
import type { ValidatorEvent } from './validatorEvents.js'
import { decodeSnapshot, decodeState, encodeSnapshot, type ValidatorSnapshot } from './validatorSnapshot.js'
import { WeightsCommits } from './WeightsCommits.js'

/** What a round leads to. */
export interface BookedRound<State extends CanonicalValue> {
  readonly book: ScoreBook
  readonly state: State
  readonly round: number
  readonly blockHash: string
}

/** How large the mechanism's state is, and may be. */
export interface StateSize {
  readonly bytes: number
  readonly maxBytes: number
}

/** The part of what a state may be from which on it is told of. */
const TOLD_FROM = 0.8

/** What a validator remembers from round to round, and takes over from an earlier run. */
export class ValidatorMemory<State extends CanonicalValue> {
  readonly #owner: Pick<ValidatorSnapshot, 'netuid' | 'mechanismId' | 'hotkey' | 'genesisHash'>
  readonly #stateVersion: number
  readonly #maxStateBytes: number
  #book = new ScoreBook()
  #state: State
  /** As last booked: a mechanism that writes into its state and then fails must leave no trace. */
  #stateBytes: Uint8Array
  #isStateLarge = false
  #round = 0
  #blockHash = ''
  #lastAsked = new Map<Hotkey, BlockNumber>()
  #commits = new WeightsCommits()
  #secretKey: Uint8Array | undefined
  /** Rounds that waited, were booked, and may still lie in their store. */
  #booked = new Set<string>()
  /** Weights that it locked to a time and has not seen opened. */
  readonly locks = new TimelockCommits()

  /** @throws MechanismError when the first state cannot be stored. */
  constructor(
    owner: Pick<ValidatorSnapshot, 'netuid' | 'mechanismId' | 'hotkey' | 'genesisHash'>,
    mechanism: Pick<ProtocolMechanism<State>, 'initialState' | 'stateVersion' | 'roundLimits'>,
  ) {
    this.#owner = owner
    this.#stateVersion = mechanism.stateVersion
    this.#maxStateBytes = roundLimitsOf(mechanism).stateBytes
    this.#state = mechanism.initialState()
    this.#stateBytes = encodeState('initialState', this.#state, this.#maxStateBytes)
  }

  get book(): ScoreBook {
    return this.#book
  }

  get state(): State {
    return this.#state
  }

  get round(): number {
    return this.#round
  }

  /** Weights that it committed to by hash and has not revealed. */
  get commits(): WeightsCommits {
    return this.#commits
  }

  /** Hash of the block whose round was booked last. */
  get blockHash(): string {
    return this.#blockHash
  }

  get lastAsked(): ReadonlyMap<Hotkey, BlockNumber> {
    return this.#lastAsked
  }

  /**
   * Takes over what an earlier run saved.
   *
   * @param place - where its chain stands.
   * @returns what there is to tell.
   * @throws ValidatorStateError for another validator's memory, or damaged bytes.
   */
  resume(bytes: Uint8Array, place: ChainPlace): readonly ValidatorEvent[] {
    const snapshot = decodeSnapshot(bytes, this.#owner)
    const { stateVersion: storedVersion, round, blockHash, book } = snapshot
    const { genesisHash } = this.#owner
    if (snapshot.genesisHash !== genesisHash) {
      return [{ type: 'otherChainDiscarded', storedGenesisHash: snapshot.genesisHash, genesisHash }]
    }
    // What was committed concerns the chain alone, whatever the mechanism's state is.
    const { commits, locks, unsound } = soundCommits(snapshot, place)
    this.#commits = new WeightsCommits(commits)
    this.locks.resume(locks)
    this.#secretKey = snapshot.secretKey
    const block = place.head.number
    const missed = unsound.map(
      (one): ValidatorEvent => ({ type: 'revealMissed', block, ...one, reason: 'Unsound', error: null }),
    )
    const version = this.#stateVersion
    if (storedVersion !== version) return [{ type: 'stateDiscarded', storedVersion, version }, ...missed]
    this.#state = decodeState(snapshot.state)
    this.#stateBytes = snapshot.state
    this.#book = book
    this.#round = round
    this.#blockHash = blockHash
    this.#lastAsked = new Map(snapshot.lastAsked)
    this.#booked = new Set(snapshot.booked)
    return blockHash === '' && book.size === 0
      ? missed
      : [{ type: 'resumed', round, standings: book.size }, ...missed]
  }

  /** What a later run takes over. */
  encode(): Uint8Array {
    return encodeSnapshot({
      ...this.#owner,
      stateVersion: this.#stateVersion,
      round: this.#round,
      blockHash: this.#blockHash,
      state: this.#stateBytes,
      book: this.#book,
      lastAsked: this.#lastAsked,
      commits: this.#commits.all,
      locks: this.locks.all,
      ...(this.#booked.size === 0 ? {} : { booked: [...this.#booked] }),
      ...(this.#secretKey === undefined ? {} : { secretKey: this.#secretKey }),
    })
  }

  /** Names of rounds that waited and were booked, until they are gone from their store. */
  get booked(): ReadonlySet<string> {
    return this.#booked
  }

  /** A round that was booked is gone from its store. */
  dropped(name: string): void {
    this.#booked.delete(name)
  }

  /** Books a round that waited: the newest round stays the one that was seeded last. As {@link take}. */
  takeWaited(
    name: string,
    { book, state }: Pick<BookedRound<State>, 'book' | 'state'>,
  ): StateSize | undefined {
    const large = this.take({ book, state, round: this.#round, blockHash: this.#blockHash })
    this.#booked.add(name)
    return large
  }

  /** The key of what no miner may know, 32 bytes: made when it is first used, and saved with the round that used it. */
  secretKey(make: () => Uint8Array): Uint8Array {
    this.#secretKey ??= make()
    return this.#secretKey
  }

  /** Whose turn it was, whatever comes of the round: one that fails must not be asked for ever. */
  asked(hotkeys: readonly Hotkey[], metagraph: Metagraph, block: BlockNumber): void {
    for (const hotkey of this.#lastAsked.keys()) {
      if (metagraph.uidOf(hotkey) === undefined) this.#lastAsked.delete(hotkey)
    }
    for (const hotkey of hotkeys) this.#lastAsked.set(hotkey, block)
  }

  /**
   * @returns how large the state is, where it has grown beyond 80 % of what it may be.
   * @throws MechanismError, and books nothing, when the state cannot be stored.
   */
  take({ book, state, round, blockHash }: BookedRound<State>): StateSize | undefined {
    const maxBytes = this.#maxStateBytes
    this.#stateBytes = encodeState('score', state, maxBytes)
    this.#state = state
    this.#book = book
    this.#round = round
    this.#blockHash = blockHash
    const { length: bytes } = this.#stateBytes
    const wasLarge = this.#isStateLarge
    this.#isStateLarge = bytes >= TOLD_FROM * maxBytes
    return this.#isStateLarge && !wasLarge ? { bytes, maxBytes } : undefined
  }

  /** Undoes what a round that failed may have written into the state. */
  restoreState(): void {
    this.#state = decodeState(this.#stateBytes)
  }

  /** Standings of the registered hotkeys; one that registered anew since the last round has none. */
  standingsIn(metagraph: Metagraph): Map<Hotkey, Standing> {
    const { registeredAtBlock } = metagraph.columns
    return new Map(
      [...this.#book.entries()].filter(([hotkey]) => {
        const uid = metagraph.uidOf(hotkey)
        const since = uid === undefined ? undefined : registeredAtBlock[uid]
        return since !== undefined && this.#book.isOf(hotkey, since)
      }),
    )
  }
}
