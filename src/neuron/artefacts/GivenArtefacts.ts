import {
  type Artefact,
  encodeArtefactCommitment,
  type FetchedArtefact,
  saltedDigest,
} from '../../artefact/index.js'
import { systemClock } from '../../clock/index.js'
import { sha256 } from '../../crypto/index.js'
import type { ArtefactCommit, ArtefactsOptions, RoundMiner } from '../../mechanism/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { listArtefacts, originalIn, withoutCopies } from './listArtefacts.js'
import type { ArtefactsInRound } from './RoundArtefacts.js'
import { SandboxPool } from './SandboxPool.js'

/** What a miner committed to, and when. */
export interface GivenArtefact extends Artefact {
  readonly hotkey: Hotkey
  readonly block: BlockNumber
}

/** One for all such rounds of a process: nobody closes them. */
let pool: SandboxPool | undefined

/** The artefacts of a round that is played by hand: listed by the rules of a validator's round, and run as there. */
export class GivenArtefacts implements ArtefactsInRound {
  readonly #given: (kind: string) => readonly GivenArtefact[]
  readonly #miners: readonly RoundMiner[]
  readonly #block: BlockNumber
  readonly #bytes = new Map<string, { readonly bytes: Uint8Array; readonly contentHash: Uint8Array }>()
  /** Lists in which copies count for nothing, copies included. */
  readonly #lists: (readonly ArtefactCommit[])[] = []

  /** @param given - all of a kind; what it throws ends the question for it. */
  constructor(
    given: (kind: string) => readonly GivenArtefact[],
    { miners, block }: { readonly miners: readonly RoundMiner[]; readonly block: BlockNumber },
  ) {
    this.#given = given
    this.#miners = miners
    this.#block = block
  }

  get pool(): SandboxPool {
    pool ??= new SandboxPool(systemClock)
    return pool
  }

  async list(kind: string, options: ArtefactsOptions): Promise<readonly ArtefactCommit[]> {
    const views = this.#given(kind).map(({ hotkey, block, bytes }) => {
      const contentHash = sha256(bytes)
      const digest = saltedDigest(hotkey, contentHash)
      this.#bytes.set(digest, { bytes, contentHash })
      const data = encodeArtefactCommitment([{ kind, digest, bytes: bytes.length }])
      return { hotkey, block, fields: [{ kind: 'Raw' as const, data }] }
    })
    const registeredAtBlock = new Float64Array(1 + Math.max(0, ...this.#miners.map(({ uid }) => uid)))
    for (const { uid, registeredAtBlock: block } of this.#miners) registeredAtBlock[uid] = block
    const uids = new Map(this.#miners.map(({ hotkey, uid }) => [hotkey, uid]))
    const metagraph = { uidOf: (hotkey: Hotkey) => uids.get(hotkey), columns: { registeredAtBlock } }
    const all = listArtefacts({ views, metagraph, block: this.#block, genesisHash: '' }, kind, options)
    if (options.copies === 'keep') return all
    this.#lists.push(all)
    return withoutCopies(all, ({ digest }) => this.#bytes.get(digest)?.contentHash)
  }

  async bytesOf({ digest }: ArtefactCommit): Promise<FetchedArtefact> {
    const found = this.#bytes.get(digest)
    if (found === undefined) return { kind: 'unavailable', why: 'The round was not given its bytes.' }
    return { kind: 'ok', ...found }
  }

  original(commit: ArtefactCommit, contentHash: Uint8Array): ArtefactCommit | undefined {
    return originalIn(this.#lists, commit, contentHash)
  }
}
