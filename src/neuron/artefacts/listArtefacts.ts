import { decodeArtefactCommitment, saltedDigest } from '../../artefact/index.js'
import { encodeCanonical } from '../../codec/index.js'
import { hexOf, sha256Hex } from '../../crypto/index.js'
import type { CommitmentView } from '../../ledger/index.js'
import type { ArtefactCommit, ArtefactsOptions } from '../../mechanism/index.js'
import type { Metagraph } from '../../metagraph/index.js'
import type { BlockNumber } from '../../units/index.js'

const DOMAIN = 'subnetkit/artefact-order/1'

/** What artefacts are chosen from. */
export interface ArtefactSources {
  readonly views: readonly Pick<CommitmentView, 'hotkey' | 'block' | 'fields'>[]
  readonly metagraph: Pick<Metagraph, 'uidOf'> & {
    readonly columns: Pick<Metagraph['columns'], 'registeredAtBlock'>
  }
  /** The block that seeds the round. */
  readonly block: BlockNumber
  readonly genesisHash: string
}

/**
 * The artefacts of a kind that count in a round, but for copies: those of registered hotkeys, committed to in their present registration and before the round's block, the
 * earliest first. Those of one block stand in an order that depends on that block and the hotkeys alone, so that every validator has the same, whenever it joined.
 */
export function listArtefacts(
  { views, metagraph, block, genesisHash }: ArtefactSources,
  kind: string,
  { oneShot }: ArtefactsOptions = {},
): ArtefactCommit[] {
  const found = views.flatMap((view) => {
    const { hotkey } = view
    const uid = metagraph.uidOf(hotkey)
    if (uid === undefined || view.block === null || view.block >= block) return []
    const registeredAt = metagraph.columns.registeredAtBlock[uid] ?? 0
    if (view.block < registeredAt) return []
    if (oneShot !== undefined) {
      const windowEnds = registeredAt + oneShot.windowBlocks
      if (view.block > windowEnds || block <= windowEnds) return []
    }
    const entry = entriesOf(view).find((one) => one.kind === kind)
    if (entry === undefined) return []
    const { digest, bytes } = entry
    const commit: ArtefactCommit = { hotkey, uid, kind, digest, bytes, block: view.block }
    return [{ commit, place: sha256Hex(encodeCanonical([DOMAIN, genesisHash, view.block, hotkey])) }]
  })
  found.sort((a, b) => a.commit.block - b.commit.block || (a.place < b.place ? -1 : 1))
  return found.map(({ commit }) => commit)
}

function entriesOf({ fields }: Pick<CommitmentView, 'fields'>) {
  return fields.flatMap(({ kind, data }) =>
    kind === 'Raw' || kind === 'BigRaw' ? (decodeArtefactCommitment(data) ?? []) : [],
  )
}

/**
 * The same without copies: of equal bytes only the earliest stays. One set of bytes that is known tells all commitments to it, whether theirs were fetched or not.
 *
 * @param contentHashOf - SHA-256 of the bytes of a commitment; `undefined` while nobody has seen them.
 */
export function withoutCopies(
  commits: readonly ArtefactCommit[],
  contentHashOf: (commit: ArtefactCommit) => Uint8Array | undefined,
): ArtefactCommit[] {
  const hashes = commits.map((commit) => contentHashOf(commit))
  const known = new Map<string, Uint8Array>()
  for (const hash of hashes) if (hash !== undefined) known.set(hexOf(hash), hash)
  const seen = new Set<string>()
  return commits.filter((commit, at) => {
    const own = hashes[at] ?? [...known.values()].find((hash) => isOf(commit, hash))
    if (own === undefined) return true
    const name = hexOf(own)
    const isFirst = !seen.has(name)
    seen.add(name)
    return isFirst
  })
}

/** The earlier commitment to the same bytes, in lists in which copies count for nothing. */
export function originalIn(
  lists: readonly (readonly ArtefactCommit[])[],
  commit: ArtefactCommit,
  contentHash: Uint8Array,
): ArtefactCommit | undefined {
  for (const list of lists) {
    const at = list.findIndex(({ digest }) => digest === commit.digest)
    const earlier = list.slice(0, Math.max(0, at)).find((one) => isOf(one, contentHash))
    if (earlier !== undefined) return earlier
  }
  return undefined
}

/** Whether a commitment is one to bytes of this SHA-256. */
export function isOf(
  { hotkey, digest }: Pick<ArtefactCommit, 'hotkey' | 'digest'>,
  contentHash: Uint8Array,
): boolean {
  return saltedDigest(hotkey, contentHash) === digest
}
