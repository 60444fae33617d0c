import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, flag, func, optional, shape } from '../checks/index.js'
import { anySchema, synapseName } from './assertSynapse.js'
import type { StreamSynapse, Synapse } from './types.js'

const unary = shape<{ name: unknown; request: unknown; answer: unknown; idempotent: unknown }>({
  name: synapseName,
  request: anySchema,
  answer: anySchema,
  idempotent: optional(flag),
})
const stream = shape<{
  name: unknown
  request: unknown
  chunk: unknown
  idempotent: unknown
  resume: unknown
}>({
  name: synapseName,
  request: anySchema,
  chunk: anySchema,
  idempotent: optional(flag),
  resume: optional(func),
})

/** Both ends take what the schema gives out; what it takes in is the caller's affair. */
type Schema<S extends StandardSchemaV1> = StandardSchemaV1<unknown, StandardSchemaV1.InferOutput<S>>

/**
 * Names a request and its answer and says what they look like, by schemas of any Standard Schema library (zod,
 * valibot, arktype). Both ends check both.
 *
 * What travels is what the schema makes of a value, so a schema must accept its own output: defaults and stripped
 * keys are fine, a transform from text to number is not.
 *
 * `idempotent` says that to ask twice is as good as to ask once: a `Router` then asks another server when one is slow or lost.
 *
 * @throws InvalidArgumentError when the name is not 1 to 64 letters, digits, `.`, `_` or `-`, or for what is no schema.
 *
 * @example
 * ```ts
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const add = defineSynapse({
 *   name: 'add',
 *   request: z.object({ a: z.number(), b: z.number() }),
 *   answer: z.object({ sum: z.number() }),
 * })
 * ```
 */
export function defineSynapse<Req extends StandardSchemaV1, Ans extends StandardSchemaV1>(definition: {
  readonly name: string
  readonly request: Req
  readonly answer: Ans
  readonly idempotent?: boolean
}): Synapse<StandardSchemaV1.InferOutput<Req>, StandardSchemaV1.InferOutput<Ans>> {
  check('definition', unary, definition)
  const { name, request, answer, idempotent } = definition
  const said = idempotent === undefined ? {} : { idempotent }
  return { kind: 'unary', name, request: request as Schema<Req>, answer: answer as Schema<Ans>, ...said }
}

/**
 * Names a request that is answered by a stream of chunks; see {@link defineSynapse}.
 *
 * `resume` says what is left to ask once a chunk has been delivered, so that a `Router` can go on with another server in the middle:
 * it is called with each chunk in turn, first on the request, then on what it gave before; `undefined` where the stream cannot go on.
 * Nothing else is kept of the chunks.
 *
 * `idempotent` says that to ask twice is as good as to ask once: a `Router` then asks another server while the first chunk has not come.
 *
 * @throws InvalidArgumentError as `defineSynapse`.
 *
 * @example
 * ```ts
 * import { defineStream } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const count = defineStream({
 *   name: 'count',
 *   request: z.object({ from: z.number(), to: z.number() }),
 *   chunk: z.number(),
 *   resume: (request, chunk) => ({ ...request, from: chunk + 1 }),
 * })
 * ```
 */
export function defineStream<Req extends StandardSchemaV1, Chunk extends StandardSchemaV1>(definition: {
  readonly name: string
  readonly request: Req
  readonly chunk: Chunk
  readonly idempotent?: boolean
  readonly resume?: (
    request: StandardSchemaV1.InferOutput<Req>,
    chunk: StandardSchemaV1.InferOutput<Chunk>,
  ) => StandardSchemaV1.InferOutput<Req> | undefined
}): StreamSynapse<StandardSchemaV1.InferOutput<Req>, StandardSchemaV1.InferOutput<Chunk>> {
  check('definition', stream, definition)
  const { name, request, chunk, idempotent, resume } = definition
  const said = {
    ...(idempotent === undefined ? {} : { idempotent }),
    ...(resume === undefined ? {} : { resume }),
  }
  return { kind: 'stream', name, request: request as Schema<Req>, chunk: chunk as Schema<Chunk>, ...said }
}
