import { custom, listOf, optional, shape, text } from '../../checks/index.js'

/** Data that a mechanism ships: the same for every validator, told by its digest. Made by {@link loadDataset}. */
export interface Dataset<Value> {
  readonly name: string
  readonly version: string
  /** Hex of the digest of its bytes. */
  readonly sha256: string
  readonly value: Value
}

export const datasetName = text({ min: 1, max: 64 })
export const datasetDigest = custom(
  'Pass the SHA-256 of its bytes, 64 hex digits.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value),
)

/** What `datasets` of a mechanism must be. */
export const datasetList = listOf(
  shape<Dataset<unknown>>({
    name: datasetName,
    version: datasetName,
    sha256: datasetDigest,
    value: optional(custom('Pass any value.', () => true)),
  }),
  { max: 256 },
)
