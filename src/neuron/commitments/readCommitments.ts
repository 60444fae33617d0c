import type { Chain } from '../../chain/index.js'
import { check, custom, optional, shape, signal as signalCheck, u16 } from '../../checks/index.js'
import { isAddress } from '../../crypto/index.js'
import type { CommitmentField, CommitmentView, Queries } from '../../ledger/index.js'
import type { BlockNumber, Hotkey, Netuid } from '../../units/index.js'
import { anyChain } from '../anyChain.js'
import type { CommitmentHash } from './commitmentFields.js'

/** Bytes, and what they say where they are UTF-8; `null` where they are not. */
export interface ReadText {
  readonly bytes: Uint8Array
  readonly text: string | null
}

/** One thing that a neuron commits to now. */
export type ReadPart =
  | ({ readonly kind: 'open' } & ReadText)
  | { readonly kind: 'hash'; readonly hash: CommitmentHash; readonly digest: Uint8Array }
  /** Opens with the block of this number, or the next one where that has been made. */
  | { readonly kind: 'locked'; readonly opensAtBlock: BlockNumber }
  | { readonly kind: 'resetBonds' }
  | { readonly kind: 'nothing' }

/** What a hotkey committed to on a subnet. */
export interface ReadCommitment {
  readonly hotkey: Hotkey
  /** In which it committed last; `null` where all of that has opened. */
  readonly block: BlockNumber | null
  readonly parts: readonly ReadPart[]
  /** What opened of its locked parts, the last ten, the oldest first, each with the block in which it did. */
  readonly opened: readonly (ReadText & { readonly block: BlockNumber })[]
}

/** Whose commitment is read. */
export interface ReadCommitmentOptions {
  readonly chain: Chain
  readonly netuid: Netuid
  readonly hotkey: Hotkey
  readonly signal?: AbortSignal
}

const readAllShape = { chain: anyChain, netuid: u16(), signal: optional(signalCheck) }
const readOneShape = shape<ReadCommitmentOptions>({
  ...readAllShape,
  hotkey: custom(
    'Pass the SS58 address of the hotkey.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
})
const readManyShape = shape<Omit<ReadCommitmentOptions, 'hotkey'>>(readAllShape)

/**
 * What a hotkey committed to on a subnet, and what opened of it; `null` for nothing.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import type { Chain } from 'subnetkit/chain'
 * import { readCommitment } from 'subnetkit/neuron'
 * import type { Hotkey } from 'subnetkit/units'
 *
 * async function addressOf(chain: Chain, hotkey: Hotkey): Promise<string | null> {
 *   const commitment = await readCommitment({ chain, netuid: 1, hotkey })
 *   return commitment?.opened.at(-1)?.text ?? null
 * }
 * ```
 */
export async function readCommitment(options: ReadCommitmentOptions): Promise<ReadCommitment | null> {
  check('options', readOneShape, options)
  const { chain, netuid, hotkey, signal } = options
  const view = await chain.query('commitment', { netuid, hotkey }, signal === undefined ? {} : { signal })
  return view === null ? null : commitmentOf(view)
}

/**
 * The same of every hotkey that committed on a subnet, with a uid there or not any more, in the order of their public keys: asked for in pages as
 * they are taken.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import type { Chain } from 'subnetkit/chain'
 * import { readCommitments } from 'subnetkit/neuron'
 *
 * async function models(chain: Chain): Promise<Map<string, string>> {
 *   const found = new Map<string, string>()
 *   for await (const { hotkey, parts } of readCommitments({ chain, netuid: 1 })) {
 *     for (const part of parts) if (part.kind === 'open' && part.text !== null) found.set(hotkey, part.text)
 *   }
 *   return found
 * }
 * ```
 */
export function readCommitments(
  options: Omit<ReadCommitmentOptions, 'hotkey'>,
): AsyncIterable<ReadCommitment> {
  check('options', readManyShape, options)
  return pagesOf(options)
}

async function* pagesOf({
  chain,
  netuid,
  signal,
}: Omit<ReadCommitmentOptions, 'hotkey'>): AsyncGenerator<ReadCommitment, void, undefined> {
  const wait = signal === undefined ? {} : { signal }
  let from: Hotkey | null | undefined
  while (from !== null) {
    const place = from === undefined ? { netuid } : { netuid, from }
    const page: Queries['commitments']['answer'] = await chain.query('commitments', place, wait)
    for (const view of page.entries) yield commitmentOf(view)
    from = page.next
  }
}

function commitmentOf({ hotkey, block, fields, reveals }: CommitmentView): ReadCommitment {
  const opened = reveals.map(({ block: openedAt, text }) => ({ block: openedAt, ...textIn(text) }))
  return { hotkey, block, parts: fields.map(partOf), opened }
}

function partOf(field: CommitmentField): ReadPart {
  switch (field.kind) {
    case 'Raw':
    case 'BigRaw':
      return { kind: 'open', ...textIn(field.data) }
    case 'TimelockEncrypted':
      return { kind: 'locked', opensAtBlock: field.revealRound }
    case 'ResetBondsFlag':
      return { kind: 'resetBonds' }
    case 'None':
      return { kind: 'nothing' }
    default:
      return { kind: 'hash', hash: field.kind, digest: field.data }
  }
}

function textIn(bytes: Uint8Array): ReadText {
  try {
    return { bytes, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    // Whoever committed chose the bytes.
    return { bytes, text: null }
  }
}
