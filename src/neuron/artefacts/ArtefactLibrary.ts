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
import type { Coldkey, Hotkey, Netuid } from '../../units/index.js'
import type { RoundClient } from '../play/RoundClient.js'
import { Slots } from '../play/Slots.js'
import { Patience } from './Patience.js'

/** What a fetch may take at the least, and at the most: a second more for each MiB. */
const FETCH_MS = { least: 10_000, most: 60_000, perMiB: 1_000 }

/** MiB that fetches under way may take together; each counts as one at least. */
const MOST_FETCHED_MIB = 256

/** Of those the hotkeys of one owner take no more: what trickles holds its places for as long as a fetch may take. */
const MOST_OF_OWNER_MIB = MOST_FETCHED_MIB / 4

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
  readonly owner: Coldkey
}

/** Where a miner is asked, and whose it is. */
export interface ArtefactSource {
  /** `null` where it serves nothing. */
  readonly address: AxonInfo | null
  readonly owner: Coldkey
}

/** Places of one owner, for as long as it has fetches. */
interface OwnerPlaces {
  readonly slots: Slots
  fetches: number
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
  readonly #ofOwner = new Map<Coldkey, OwnerPlaces>()
  /** How long rounds still wait for each owner. */
  readonly patience = new Patience()
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
   */
  fetch(
    commit: ArtefactCommit,
    { address, owner }: ArtefactSource,
  ): UnderWay | { readonly why: string } | undefined {
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
    const done = lane.then(() => this.#inPlace(commit, owner, () => this.#fetchNow(commit, address)))
    const underWay = { done, sinceMs, owner }
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

  /** Once there is a place for the bytes, of those of the owner first: who waits for these holds none of the others. */
  async #inPlace<T>(commit: ArtefactCommit, owner: Coldkey, fetched: () => Promise<T>): Promise<T> {
    const own = this.#ofOwner.get(owner) ?? { slots: new Slots(MOST_OF_OWNER_MIB), fetches: 0 }
    this.#ofOwner.set(owner, own)
    own.fetches++
    const mib = mibOf(commit)
    const [ofOwner, ofAll] = [Math.min(mib, MOST_OF_OWNER_MIB), Math.min(mib, MOST_FETCHED_MIB)]
    await own.slots.take(ofOwner)
    await this.#slots.take(ofAll)
    try {
      return await fetched()
    } finally {
      for (let given = 0; given < ofAll; given++) this.#slots.give()
      for (let given = 0; given < ofOwner; given++) own.slots.give()
      if (--own.fetches === 0) this.#ofOwner.delete(owner)
    }
  }

  async #fetchNow(commit: ArtefactCommit, address: AxonInfo): Promise<FetchedArtefact> {
    try {
      const { clock, signal } = this.#parts
      const most = Math.min(FETCH_MS.least + FETCH_MS.perMiB * mibOf(commit), FETCH_MS.most)
      const deadline = startDeadline(clock, most, signal)
      try {
        return await this.#told(commit, await this.#fetched(commit, address, deadline.signal))
      } finally {
        deadline.dispose()
      }
    } catch (error) {
      return this.#failed(commit, wordsOfThrown(error))
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

/** Places of a fetch. */
function mibOf({ bytes }: ArtefactCommit): number {
  return Math.ceil(bytes / 2 ** 20)
}
