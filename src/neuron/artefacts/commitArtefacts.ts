import {
  type Artefact,
  artefactsCheck,
  encodeArtefactCommitment,
  ServedArtefacts,
} from '../../artefact/index.js'
import type { Chain } from '../../chain/index.js'
import {
  check,
  optional,
  shape,
  signal as signalCheck,
  signer as signerCheck,
  u16,
} from '../../checks/index.js'
import { hexOf, type Signer } from '../../crypto/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../../units/index.js'
import { anyChain } from '../anyChain.js'
import { publishCommitment } from '../commitments/publishCommitment.js'

/** What a miner commits to, and where. */
export interface CommitArtefactsOptions {
  readonly chain: Chain
  /** The miner's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  /** One of each kind, in place of all that the hotkey committed to before. */
  readonly artefacts: readonly Artefact[]
  readonly signal?: AbortSignal
}

const optionsShape = shape<CommitArtefactsOptions>({
  chain: anyChain,
  signer: signerCheck,
  netuid: u16(),
  artefacts: artefactsCheck,
  signal: optional(signalCheck),
})

/**
 * Commits a hotkey to bytes: kind, size and digest of each go into its commitment on the chain, all at once and in place of whatever it committed to before. What the chain
 * has already is not committed to again, since only the newest commitment has a block. A `Miner` with `artefacts` does it, and hands the bytes out.
 *
 * @returns the block of the commitment.
 * @throws InvalidArgumentError naming the option or the artefact that is wrong, two of one kind, or more than there is room for.
 * @throws SubnetNotExistsError when the subnet does not exist.
 * @throws CallRefusedError when the chain refuses: `AccountNotAllowedCommit` without a uid, `SpaceLimitExceeded` beyond the quota.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import type { Chain } from 'subnetkit/chain'
 * import type { Signer } from 'subnetkit/crypto'
 * import { commitArtefacts } from 'subnetkit/neuron'
 *
 * async function commit(chain: Chain, signer: Signer): Promise<void> {
 *   const artefacts = [{ kind: 'policy', bytes: await readFile('policy.js') }]
 *   console.log(`committed in block ${await commitArtefacts({ chain, signer, netuid: 1, artefacts })}`)
 * }
 * ```
 */
export async function commitArtefacts(options: CommitArtefactsOptions): Promise<BlockNumber> {
  check('options', optionsShape, options)
  const { chain, signer, netuid, artefacts, signal } = options
  const hotkey = asHotkey(signer.address)
  const bytes = encodeArtefactCommitment(new ServedArtefacts(hotkey, artefacts).entries)
  const wait = signal === undefined ? {} : { signal }
  const before = await chain.query('commitment', { netuid, hotkey }, wait)
  const [field, ...others] = before?.fields ?? []
  if (
    before?.block != null &&
    field !== undefined &&
    others.length === 0 &&
    hexOf(field.data) === hexOf(bytes)
  ) {
    // One of an earlier registration counts for nothing.
    const metagraph = await chain.metagraph(netuid, wait)
    const uid = metagraph.uidOf(hotkey)
    const registeredAt = uid === undefined ? undefined : metagraph.columns.registeredAtBlock[uid]
    if (registeredAt !== undefined && before.block >= registeredAt) return before.block
  }
  const published = await publishCommitment({ chain, signer, netuid, parts: [{ bytes }], ...wait })
  return published.block
}
