import {
  ArtefactCache,
  type ArtefactCacheOptions,
  type ArtefactRequest,
  artefactStream,
  type CachedArtefact,
  type FetchedArtefact,
  fetchArtefact,
} from '../../artefact/index.js'
import type { Chain } from '../../chain/index.js'
import { type Clock, startDeadline } from '../../clock/index.js'
import { wordsOfThrown } from '../../errors/index.js'
import type { CommitmentView } from '../../ledger/index.js'
import type { ArtefactCommit } from '../../mechanism/index.js'
import type { AxonInfo } from '../../metagraph/index.js'
import type { Hotkey, Netuid } from '../../units/index.js'
import type { RoundClient } from '../play/RoundClient.js'
import { Slots } from '../play/Slots.js'

/** What a fetch may take at the least, and at the most: a second more for each MiB. */
const FETCH_MS = { least: 10_000, most: 60_000, perMiB: 1_000 }

/** MiB that fetches under way may take together; each counts as one at least. */
const MOST_FETCHED_MIB = 256

/** A miner that gave no bytes is asked again after a minute, then after twice that, and so on. */
const RETRY_MS = { first: 60_000, most: 600_000 }

/** Hotkeys whose failures are remembered. */
const MOST_FAILURES = 4_096

/** What a library works with. */
export interface ArtefactLibraryParts {
  readonly chain: Chain
  readonly netuid: Netuid
  readonly client: Pick<RoundClient, 'stream'>
  readonly clock: Clock
  /** Aborted when the validator stops. */
  readonly signal: AbortSignal
  readonly cache?: ArtefactCacheOptions
}

/** A fetch that is under way. */
export interface UnderWay {
  readonly done: Promise<FetchedArtefact>
  /** Since when, on the validator's clock; from long ago for a miner that has failed before, which nobody waits for. */
  readonly sinceMs: number
}

interface Failure {
  readonly count: number
  readonly untilMs: number
  readonly why: string
}

/** What a validator has of the artefacts of its subnet: it reads what miners committed to, and fetches the bytes beside the rounds, each within a time of its own. */
export class ArtefactLibrary {
  readonly #parts: ArtefactLibraryParts
  readonly #cache: ArtefactCache
  readonly #fetches = new Map<string, UnderWay>()
  /** One fetch at a time of each hotkey. */
  readonly #lanes = new Map<Hotkey, Promise<unknown>>()
  readonly #failures = new Map<Hotkey, Failure>()
  readonly #slots = new Slots(MOST_FETCHED_MIB)
  #opened: Promise<void> | undefined

  constructor(parts: ArtefactLibraryParts) {
    this.#parts = parts
    this.#cache = new ArtefactCache(parts.cache)
  }

  /** Digests of artefacts that are kept whatever comes. */
  set pins(digests: readonly string[]) {
    this.#cache.pins = digests
  }

  /** What every hotkey of the subnet committed to. Pages may be of several blocks: an entry is of one. */
  async commitments(signal: AbortSignal): Promise<readonly CommitmentView[]> {
    const { chain, netuid } = this.#parts
    const views: CommitmentView[] = []
    let from: Hotkey | null | undefined
    while (from !== null) {
      const place: { netuid: Netuid; from?: Hotkey } = from === undefined ? { netuid } : { netuid, from }
      const page = await chain.query('commitments', place, { signal })
      views.push(...page.entries)
      from = page.next
    }
    return views
  }

  /** SHA-256 of the bytes of a commitment, where they are here. */
  contentHashOf({ digest }: Pick<ArtefactCommit, 'digest'>): Uint8Array | undefined {
    return this.#cache.contentHashOf(digest)
  }

  /** The bytes of a commitment that are here. */
  async kept({ digest }: Pick<ArtefactCommit, 'digest'>): Promise<CachedArtefact | undefined> {
    await this.#open()
    // A disk, of which virtual time knows nothing.
    return await this.#parts.clock.hold(() => this.#cache.get(digest))
  }

  /**
   * Begins to fetch the bytes of a commitment, unless they are here. What is under way, or why nothing is: a miner that gave none is left alone for a while. To be called
   * in a wait on the clock, since it goes on beside whatever called it.
   *
   * @param address - `null` where it serves nothing.
   */
  fetch(commit: ArtefactCommit, address: AxonInfo | null): UnderWay | { readonly why: string } | undefined {
    const { digest, hotkey } = commit
    const before = this.#fetches.get(digest)
    if (before !== undefined) return before
    if (this.#cache.contentHashOf(digest) !== undefined) return undefined
    if (address === null) return { why: 'Its miner serves nothing.' }
    const failure = this.#failures.get(hotkey)
    const nowMs = this.#parts.clock.now()
    if (failure !== undefined && nowMs < failure.untilMs) return { why: failure.why }
    const sinceMs = failure === undefined ? nowMs : Number.NEGATIVE_INFINITY
    const lane = this.#lanes.get(hotkey) ?? Promise.resolve()
    const done = lane.then(() => this.#fetchNow(commit, address))
    const underWay = { done, sinceMs }
    this.#fetches.set(digest, underWay)
    this.#lanes.set(hotkey, done)
    void done.then(() => {
      this.#fetches.delete(digest)
      if (this.#lanes.get(hotkey) === done) this.#lanes.delete(hotkey)
    })
    return underWay
  }

  /** Returns when no fetch is under way any more; the signal has been aborted before. */
  async close(): Promise<void> {
    await Promise.all([...this.#fetches.values()].map(({ done }) => done))
  }

  /** What an earlier run left in the folder, once. */
  async #open(): Promise<void> {
    this.#opened ??= this.#parts.clock.hold(() => this.#cache.open())
    await this.#opened
  }

  async #fetchNow(commit: ArtefactCommit, address: AxonInfo): Promise<FetchedArtefact> {
    const mib = Math.ceil(commit.bytes / 2 ** 20)
    const room = Math.min(mib, MOST_FETCHED_MIB)
    await this.#slots.take(room)
    try {
      const { clock, signal } = this.#parts
      const most = Math.min(FETCH_MS.least + FETCH_MS.perMiB * mib, FETCH_MS.most)
      const deadline = startDeadline(clock, most, signal)
      try {
        return await this.#told(commit, await this.#fetched(commit, address, deadline.signal))
      } finally {
        deadline.dispose()
      }
    } catch (error) {
      return this.#failed(commit, wordsOfThrown(error))
    } finally {
      for (let given = 0; given < room; given++) this.#slots.give()
    }
  }

  async #fetched(commit: ArtefactCommit, address: AxonInfo, signal: AbortSignal): Promise<FetchedArtefact> {
    const { client, clock } = this.#parts
    const { hotkey, digest, bytes } = commit
    const stream = (request: ArtefactRequest): AsyncIterable<Uint8Array> =>
      client.stream(artefactStream, { hotkey, ...address }, request, { timeoutMs: FETCH_MS.most, signal })
    return await fetchArtefact({ hotkey, digest, bytes, stream, clock, signal })
  }

  async #told(commit: ArtefactCommit, fetched: FetchedArtefact): Promise<FetchedArtefact> {
    if (fetched.kind !== 'ok') return this.#failed(commit, fetched.why)
    const { hotkey, digest } = commit
    this.#failures.delete(hotkey)
    await this.#parts.clock.hold(() => this.#cache.put(hotkey, digest, fetched.bytes))
    return fetched
  }

  #failed({ hotkey }: ArtefactCommit, why: string): FetchedArtefact {
    const { clock, signal } = this.#parts
    // A validator that stops says nothing of its miners.
    if (!signal.aborted) {
      const count = (this.#failures.get(hotkey)?.count ?? 0) + 1
      const waitMs = Math.min(RETRY_MS.first * 2 ** (count - 1), RETRY_MS.most)
      this.#failures.delete(hotkey)
      this.#failures.set(hotkey, { count, untilMs: clock.now() + waitMs, why })
      for (const [oldest] of this.#failures) {
        if (this.#failures.size <= MOST_FAILURES) break
        this.#failures.delete(oldest)
      }
    }
    return { kind: 'unavailable', why }
  }
}
