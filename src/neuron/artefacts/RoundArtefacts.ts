import type { FetchedArtefact } from '../../artefact/index.js'
import { type Clock, onAbort, sleep, startDeadline, waitOn } from '../../clock/index.js'
import { AbortedError } from '../../errors/index.js'
import type { CommitmentView } from '../../ledger/index.js'
import type { ArtefactCommit, ArtefactsOptions } from '../../mechanism/index.js'
import type { AxonInfo, Metagraph } from '../../metagraph/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import type { ArtefactLibrary, UnderWay } from './ArtefactLibrary.js'
import { listArtefacts, originalIn, withoutCopies } from './listArtefacts.js'
import { WAIT_MS } from './Patience.js'
import type { SandboxPool } from './SandboxPool.js'

/** What a round's artefacts are had from. */
export interface RoundArtefactsParts {
  readonly library: ArtefactLibrary
  readonly pool: SandboxPool
  readonly metagraph: Metagraph
  /** The block that seeds the round. */
  readonly block: BlockNumber
  readonly genesisHash: string
  readonly addressOf: (hotkey: Hotkey) => { readonly address: AxonInfo | null } | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What the doors of a round have artefacts from. */
export type ArtefactsInRound = Pick<RoundArtefacts, 'pool' | 'list' | 'bytesOf' | 'original'>

/** The artefacts of one round, of all its tasks. */
export class RoundArtefacts {
  readonly #parts: RoundArtefactsParts
  readonly #startedAtMs: number
  #views: Promise<readonly CommitmentView[]> | undefined
  /** Ends with the time that the round has for bytes. What takes longer goes on beside it, for a later round. */
  #patience: Promise<'late'> | undefined
  /** Lists in which copies count for nothing, copies included. */
  readonly #lists: (readonly ArtefactCommit[])[] = []
  readonly #over = new AbortController()

  constructor(parts: RoundArtefactsParts) {
    this.#parts = parts
    this.#startedAtMs = parts.clock.now()
  }

  get pool(): SandboxPool {
    return this.#parts.pool
  }

  /**
   * The commitments of a kind that count, after the bytes of those that are new were fetched, or waited for long enough.
   *
   * @param mostBytes - of what is fetched for the list. A commitment may name any size: what no run would take is not had in advance.
   */
  async list(kind: string, options: ArtefactsOptions, mostBytes: number): Promise<readonly ArtefactCommit[]> {
    const { library, clock, metagraph, block, genesisHash } = this.#parts
    return await waitOn(clock, async () => {
      this.#views ??= library.commitments(this.#parts.signal)
      const views = await this.#views
      const all = listArtefacts({ views, metagraph, block, genesisHash }, kind, options)
      const wanted = all.filter(({ bytes }) => bytes <= mostBytes)
      const fetches = wanted.map((commit) => this.#fetch(commit))
      for (const fetch of fetches) if (fetch !== undefined && 'done' in fetch) await this.#awaited(fetch)
      if (options.copies === 'keep') return all
      this.#lists.push(all)
      return withoutCopies(all, (commit) => library.contentHashOf(commit))
    })
  }

  /** The bytes of a commitment; one that could not be had in time is fetched on for a later round. */
  async bytesOf(commit: ArtefactCommit): Promise<FetchedArtefact> {
    const { library, clock } = this.#parts
    return await waitOn(clock, async () => {
      const kept = await library.kept(commit)
      if (kept !== undefined) return { kind: 'ok', ...kept }
      const fetch = this.#fetch(commit)
      if (fetch !== undefined && 'why' in fetch) return { kind: 'unavailable', why: fetch.why }
      const fetched = fetch === undefined ? undefined : await this.#awaited(fetch)
      return fetched ?? { kind: 'unavailable', why: 'Its bytes are still on their way.' }
    })
  }

  /** The earlier commitment to the same bytes, where there is one and copies count for nothing. */
  original(commit: ArtefactCommit, contentHash: Uint8Array): ArtefactCommit | undefined {
    return originalIn(this.#lists, commit, contentHash)
  }

  /** Nobody waits for bytes any more; what is being fetched goes on. */
  end(): void {
    this.#over.abort()
  }

  #fetch(commit: ArtefactCommit): UnderWay | { readonly why: string } | undefined {
    const { library, addressOf, metagraph } = this.#parts
    const found = addressOf(commit.hotkey)
    const uid = metagraph.uidOf(commit.hotkey)
    const owner = uid === undefined ? undefined : metagraph.columns.coldkey[uid]
    return found === undefined || owner === undefined
      ? { why: 'Its miner is not registered.' }
      : library.fetch(commit, { address: found.address, owner })
  }

  /** What a fetch came to, where that is known in time: one that an earlier round waited for is not waited for again, and an owner that was late before for less. */
  async #awaited({ done, sinceMs, owner }: UnderWay): Promise<FetchedArtefact | undefined> {
    const { clock, library } = this.#parts
    const fromMs = clock.now()
    const leftMs = library.patience.leftMs(owner, fromMs)
    if (sinceMs < this.#startedAtMs || leftMs === 0) return undefined
    this.#patience ??= this.#late()
    const own = startDeadline(clock, leftMs, this.#over.signal)
    const tooLate = new Promise<'late'>((resolve) => onAbort(own.signal, () => resolve('late')))
    try {
      const first = await Promise.race([done, this.#patience, tooLate])
      return first === 'late' ? undefined : first
    } finally {
      own.dispose()
      library.patience.use(owner, fromMs, clock.now())
    }
  }

  async #late(): Promise<'late'> {
    try {
      await sleep(this.#parts.clock, WAIT_MS, this.#over.signal)
    } catch (error) {
      if (!(error instanceof AbortedError)) throw error
    }
    return 'late'
  }
}
