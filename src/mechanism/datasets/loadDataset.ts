import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, custom, func, oneOf, optional, shape, wholeNumber } from '../../checks/index.js'
import { sha256Hex } from '../../crypto/index.js'
import { describeValue, InvalidArgumentError, wordsOfThrown } from '../../errors/index.js'
import { type Dataset, datasetDigest, datasetName } from './Dataset.js'
import { DatasetError } from './DatasetError.js'
import { readDataset } from './readDataset.js'

/** How a data set is loaded. */
export interface LoadDatasetOptions<Value> {
  /** Of its bytes, in hex: what every validator holds it to. */
  readonly sha256: string
  /** What it must look like; its value is what the schema makes of it. */
  readonly schema: StandardSchemaV1<unknown, Value>
  /** What the schema is given: what the bytes say in JSON, as text in UTF-8, or the bytes. Default `json`. */
  readonly as?: 'json' | 'text' | 'bytes'
  /** Default: the name of its file. */
  readonly name?: string
  /** Default: the first twelve digits of its digest. */
  readonly version?: string
  /** Default 64 MiB. */
  readonly maxBytes?: number
  /** How `https` is fetched. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch
}

const MAX_BYTES = 64 * 1024 * 1024

const anyUrl = custom(
  'Pass a URL of a file or of https, such as new URL("data.json", import.meta.url).',
  (value) => {
    if (typeof value !== 'string' && !(value instanceof URL)) return false
    return URL.canParse(String(value)) && ['file:', 'https:'].includes(new URL(String(value)).protocol)
  },
)
const anySchema = custom('Pass a schema of a Standard Schema library, such as zod.', (value) => {
  const standard = (value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
})
const optionsShape = shape<LoadDatasetOptions<unknown>>({
  sha256: datasetDigest,
  schema: anySchema,
  as: optional(oneOf(['json', 'text', 'bytes'])),
  name: optional(datasetName),
  version: optional(datasetName),
  maxBytes: optional(wholeNumber({ min: 1 })),
  fetch: optional(func),
})

/**
 * Loads data that a mechanism ships, from a file or over https, and holds it to its digest and its schema. List it in `datasets` of the mechanism. Its plain parts are frozen: all
 * that run the mechanism in one process share it.
 *
 * @throws DatasetError where it cannot be read, is too large, has another digest or does not fit.
 * @throws InvalidArgumentError naming the argument that is wrong.
 *
 * @example
 * ```ts
 * import { type Dataset, loadDataset } from 'subnetkit/mechanism'
 * import { z } from 'zod'
 *
 * const prices: Dataset<number[]> = await loadDataset(new URL('prices.json', import.meta.url), {
 *   sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
 *   schema: z.array(z.number()),
 * })
 * ```
 */
export async function loadDataset<Value>(
  url: URL | string,
  options: LoadDatasetOptions<Value>,
): Promise<Dataset<Value>> {
  check('url', anyUrl, url)
  check('options', optionsShape, options)
  const place = new URL(url)
  const digest = options.sha256.toLowerCase()
  const { as = 'json', schema, maxBytes = MAX_BYTES, fetch: get = fetch } = options
  const { name = nameOf(place), version = digest.slice(0, 12) } = options
  const bytes = await readDataset(place, { maxBytes, fetch: get })
  const found = sha256Hex(bytes)
  if (found !== digest) {
    const why = `its bytes have the digest ${found}, not ${digest}`
    throw new DatasetError({ fault: 'another digest', url: place.href, why })
  }
  const value = await fitting(schema, contentOf(bytes, as, place), place)
  return Object.freeze({ name, version, sha256: digest, value: frozen(value) })
}

function nameOf({ pathname }: URL): string {
  const file = decoded(pathname.slice(pathname.lastIndexOf('/') + 1))
  const remedy = 'Pass a name: that of its file is no name of 1 to 64 letters.'
  if (file.length < 1 || file.length > 64)
    throw new InvalidArgumentError({ field: 'options.name', value: file, remedy })
  return file
}

/** Nothing for what is no text of a URL. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}

function contentOf(bytes: Uint8Array, as: 'json' | 'text' | 'bytes', { href }: URL): unknown {
  if (as === 'bytes') return bytes
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return as === 'text' ? text : JSON.parse(text)
  } catch (cause) {
    const why = `its bytes are no ${as === 'text' ? 'text' : 'JSON'} in UTF-8: ${wordsOfThrown(cause)}`
    throw new DatasetError({ fault: 'malformed', url: href, why, cause })
  }
}

async function fitting<Value>(
  schema: StandardSchemaV1<unknown, Value>,
  content: unknown,
  { href }: URL,
): Promise<Value> {
  const refuse = (why: string, cause?: unknown): DatasetError =>
    new DatasetError({ fault: 'another form', url: href, why, cause })
  let result: StandardSchemaV1.Result<Value>
  try {
    result = await schema['~standard'].validate(content)
  } catch (cause) {
    throw refuse(`its schema threw ${wordsOfThrown(cause)}`, cause)
  }
  if (result.issues === undefined) return result.value
  const [issue] = result.issues
  const place = (issue?.path ?? [])
    .map((part) => String(typeof part === 'object' ? part.key : part))
    .join('.')
  throw refuse(`${place === '' ? describeValue(content) : place} does not fit: ${issue?.message ?? ''}`)
}

/** Plain parts of a value, frozen; what a schema made of another kind is left as it is. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value
  Object.freeze(value)
  for (const part of Object.values(value)) frozen(part)
  return value
}
