import { type Artefact, type ArtefactRequest, artefactStream, ServedArtefacts } from '../../artefact/index.js'
import { onAbort } from '../../clock/index.js'
import type { BlockHeader } from '../../ledger/index.js'
import type { BlockNumber, Hotkey } from '../../units/index.js'
import { answerTo, type SynapseAnswer } from '../answerTo.js'
import type { SubnetFollower } from '../SubnetFollower.js'
import { type CommitArtefactsOptions, commitArtefacts } from './commitArtefacts.js'

/** What a miner's artefacts are kept with. */
export interface MinerArtefactsParts extends Pick<CommitArtefactsOptions, 'chain' | 'signer' | 'netuid'> {
  readonly hotkey: Hotkey
  /** What it commits to by itself; none to wait for `commit`. */
  readonly artefacts: readonly Artefact[]
  /** Not before this block. */
  readonly afterBlock: BlockNumber
  readonly follower: SubnetFollower
  readonly signal: AbortSignal
  readonly onFailed: (header: BlockHeader, error: unknown) => void
}

/** What a miner has committed to, which it hands out and commits to again when it is registered anew. What it commits to next takes its place. */
export class MinerArtefacts {
  readonly #parts: MinerArtefactsParts
  #artefacts: readonly Artefact[]
  #served: ServedArtefacts | undefined
  #committedAt: BlockNumber | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** @throws InvalidArgumentError naming the artefact that is wrong. */
  constructor(parts: MinerArtefactsParts) {
    this.#parts = parts
    this.#artefacts = parts.artefacts
    if (parts.artefacts.length > 0) this.#served = new ServedArtefacts(parts.hotkey, parts.artefacts)
  }

  /** Hands them out, to whomever the miner serves. */
  get answer(): SynapseAnswer {
    return answerTo(artefactStream, (request) => this.#chunks(request))
  }

  /** The first commitment, where it need not wait. */
  async start(): Promise<void> {
    const { afterBlock } = this.#parts
    if (this.#artefacts.length > 0 && afterBlock === 0) await this.commit(this.#artefacts)
  }

  /** Commits with each block in which that is due, until no more will come. */
  async run(): Promise<void> {
    const { follower, onFailed, signal } = this.#parts
    await follower.each(async (header) => {
      if (this.#artefacts.length > 0 && (await this.#isDue(header))) await this.commit(this.#artefacts)
    }, onFailed)
    // Its end would be taken for that of the miner.
    if (!signal.aborted) await new Promise<void>((resolve) => onAbort(signal, resolve))
  }

  /** Hands artefacts out from now on, and commits to them. One after the other. */
  async commit(artefacts: readonly Artefact[]): Promise<BlockNumber> {
    const { hotkey, chain, signer, netuid, signal } = this.#parts
    const served = new ServedArtefacts(hotkey, artefacts)
    const commit = this.#last.then(async () => {
      // Before the chain says so, since who reads it may ask at once.
      this.#served = served
      this.#artefacts = artefacts
      this.#committedAt = await commitArtefacts({ chain, signer, netuid, artefacts, signal })
      return this.#committedAt
    })
    this.#last = commit.catch(() => {})
    return await commit
  }

  async #isDue({ number }: BlockHeader): Promise<boolean> {
    const { hotkey, afterBlock, follower } = this.#parts
    if (this.#committedAt === undefined) return number >= afterBlock
    const metagraph = await follower.metagraph()
    const uid = metagraph.uidOf(hotkey)
    return uid !== undefined && (metagraph.columns.registeredAtBlock[uid] ?? 0) > this.#committedAt
  }

  async *#chunks(request: ArtefactRequest): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#served !== undefined) yield* this.#served.chunks(request)
  }
}
