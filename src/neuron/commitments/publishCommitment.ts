import { type Chain, SubnetNotExistsError } from '../../chain/index.js'
import {
  check,
  custom,
  flag,
  optional,
  shape,
  signal as signalCheck,
  signer as signerCheck,
  u16,
} from '../../checks/index.js'
import type { Signer } from '../../crypto/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { type CommitmentField, MOST_FIELDS } from '../../ledger/index.js'
import { asHotkey, type BlockNumber, type Netuid } from '../../units/index.js'
import { anyChain } from '../anyChain.js'
import { mustCall } from '../joinSubnet.js'
import { type CommitmentPart, checkedParts, fieldsOf } from './commitmentFields.js'

/** What a neuron commits to, and where. */
export interface PublishCommitmentOptions {
  readonly chain: Chain
  /** The neuron's hotkey. */
  readonly signer: Signer
  readonly netuid: Netuid
  /** At most three, in place of all that it committed to before; with `resetBonds` at most two. */
  readonly parts: readonly CommitmentPart[]
  /** Also asks that all bonds towards the neuron be deleted; done where the subnet's `bondsResetEnabled` says so. Default: no. */
  readonly resetBonds?: boolean
  readonly signal?: AbortSignal
}

/** What became of a commitment. */
export interface PublishedCommitment {
  /** The block that holds it. */
  readonly block: BlockNumber
  /** Of each locked part, in order, the block that opens it. */
  readonly opensAtBlocks: readonly BlockNumber[]
  /** Bytes that may still be committed before the subnet's next epoch. */
  readonly leftBytes: number
  /** Block of that epoch, which gives the quota anew, if it is not put off; `null` where there is none. */
  readonly renewsAtBlock: BlockNumber | null
}

/** They are looked at when they are copied. */
const anyParts = custom('Pass a list of parts.', Array.isArray)

const publishShape = shape<PublishCommitmentOptions>({
  chain: anyChain,
  signer: signerCheck,
  netuid: u16(),
  parts: anyParts,
  resetBonds: optional(flag),
  signal: optional(signalCheck),
})

/**
 * Commits a neuron to data, texts or hashes that everybody reads, or that the chain opens later, in place of what it committed to before. It is
 * free, and counts as its bytes, 100 at least, against a quota of 3,100 between two epochs of the subnet; a locked part has 177 bytes more than its text.
 *
 * Locked parts are encrypted to the round of the chain's beacon; on a chain without one they are committed as they are, and hide nothing.
 * Whoever copies a locked part commits to the same text: put the hotkey into it where that matters.
 *
 * @throws InvalidArgumentError naming the option or the part that is wrong, too long, or would open at once.
 * @throws SubnetNotExistsError when the subnet does not exist.
 * @throws CallRefusedError when the chain refuses: `AccountNotAllowedCommit` without a uid, `SpaceLimitExceeded` beyond the quota.
 * @source spec: `spec/chain.md` 9.4
 *
 * @example
 * ```ts
 * import type { Chain } from 'subnetkit/chain'
 * import type { Signer } from 'subnetkit/crypto'
 * import { publishCommitment } from 'subnetkit/neuron'
 *
 * async function publishModel(chain: Chain, signer: Signer, sha256: Uint8Array): Promise<void> {
 *   const { opensAtBlocks } = await publishCommitment({
 *     chain,
 *     signer,
 *     netuid: 1,
 *     parts: [{ hash: 'Sha256', digest: sha256 }, { locked: 'https://example.org/model', inBlocks: 50 }],
 *   })
 *   console.log(`the address is known from block ${opensAtBlocks[0]} on`)
 * }
 * ```
 */
export async function publishCommitment(options: PublishCommitmentOptions): Promise<PublishedCommitment> {
  check('options', publishShape, options)
  const { chain, signer, netuid, resetBonds = false, signal } = options
  const parts = checkedParts(options.parts)
  if (resetBonds && parts.length === MOST_FIELDS) {
    const remedy = `Pass at most ${MOST_FIELDS - 1} with resetBonds, which takes the place of one.`
    throw new InvalidArgumentError({ field: 'parts', value: `${parts.length} parts`, remedy })
  }
  const wait = signal === undefined ? {} : { signal }
  const quotaPlace = { netuid, hotkey: asHotkey(signer.address) }
  if ((await chain.query('commitmentQuota', quotaPlace, wait)) === null)
    throw new SubnetNotExistsError({ netuid })
  const [{ publicKey }, head] = await Promise.all([chain.query('beacon', {}, wait), chain.head(wait)])
  const fields = fieldsOf(parts, { nextBlock: head.number + 1, publicKey })
  const asked: CommitmentField[] = resetBonds ? [{ kind: 'ResetBondsFlag', data: new Uint8Array() }] : []
  const receipt = await mustCall(
    chain,
    signer,
    'setCommitment',
    { netuid, fields: [...fields, ...asked] },
    wait,
  )
  const quota = await chain.query('commitmentQuota', quotaPlace, wait)
  return {
    block: receipt.block,
    opensAtBlocks: fields.flatMap((field) =>
      // One that came while the call waited opens with the block after it.
      field.kind === 'TimelockEncrypted' ? [Math.max(field.revealRound, receipt.block + 1)] : [],
    ),
    leftBytes: quota?.leftBytes ?? 0,
    renewsAtBlock: quota?.renewsAtBlock ?? null,
  }
}
