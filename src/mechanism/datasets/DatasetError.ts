import { BaseError, printable } from '../../errors/index.js'

/** Why a data set cannot be used; the same words for the same fault. */
export type DatasetFault =
  /** It is not there, or cannot be read or fetched. */
  | 'unreadable'
  /** It has more bytes than it may. */
  | 'too large'
  /** Its bytes are others than those that were named. */
  | 'another digest'
  /** Its bytes are no text, or no JSON. */
  | 'malformed'
  /** It does not fit its schema. */
  | 'another form'

const REMEDIES: Readonly<Record<DatasetFault, string>> = {
  unreadable: 'See whether it is there, and whether this process may read it.',
  'too large': 'Raise maxBytes where so much is meant.',
  'another digest': 'Get the bytes that were meant, or name the digest of these where they are.',
  malformed: "Write it as JSON in UTF-8, or load it with as: 'text' or as: 'bytes'.",
  'another form': 'Compare it with its schema.',
}

/**
 * A data set of a mechanism cannot be used.
 *
 * @example
 * ```ts
 * import { DatasetError, loadDataset } from 'subnetkit/mechanism'
 * import { z } from 'zod'
 *
 * const url = new URL('prices.json', import.meta.url)
 * const why = await loadDataset(url, { sha256: '00'.repeat(32), schema: z.array(z.number()) }).catch((error) =>
 *   error instanceof DatasetError ? error.fault : 'none',
 * ) // 'another digest', or 'unreadable' where there is no such file
 * ```
 */
export class DatasetError extends BaseError {
  override readonly name = 'DatasetError'
  readonly code = 'Dataset'
  readonly fault: DatasetFault
  readonly url: string

  constructor(details: { fault: DatasetFault; url: string; why: string; cause?: unknown }) {
    const { fault, url, why } = details
    super(`The data set ${printable(url, 200)} cannot be used: ${why.replace(/\.$/, '')}.`, {
      hints: [REMEDIES[fault]],
      docsPath: 'errors#dataset',
      cause: details.cause,
    })
    this.fault = fault
    this.url = url
  }
}
