import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, shape } from '../checks/index.js'
import { anySchema, synapseName } from './assertSynapse.js'
import type { StreamSynapse, Synapse } from './types.js'

const unary = shape<{ name: unknown; request: unknown; answer: unknown }>({
  name: synapseName,
  request: anySchema,
  answer: anySchema,
})
const stream = shape<{ name: unknown; request: unknown; chunk: unknown }>({
  name: synapseName,
  request: anySchema,
  chunk: anySchema,
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
}): Synapse<StandardSchemaV1.InferOutput<Req>, StandardSchemaV1.InferOutput<Ans>> {
  check('definition', unary, definition)
  const { name, request, answer } = definition
  return { kind: 'unary', name, request: request as Schema<Req>, answer: answer as Schema<Ans> }
}

/**
 * Names a request that is answered by a stream of chunks; see {@link defineSynapse}.
 *
 * @throws InvalidArgumentError as `defineSynapse`.
 *
 * @example
 * ```ts
 * import { defineStream } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const count = defineStream({ name: 'count', request: z.object({ to: z.number() }), chunk: z.number() })
 * ```
 */
export function defineStream<Req extends StandardSchemaV1, Chunk extends StandardSchemaV1>(definition: {
  readonly name: string
  readonly request: Req
  readonly chunk: Chunk
}): StreamSynapse<StandardSchemaV1.InferOutput<Req>, StandardSchemaV1.InferOutput<Chunk>> {
  check('definition', stream, definition)
  const { name, request, chunk } = definition
  return { kind: 'stream', name, request: request as Schema<Req>, chunk: chunk as Schema<Chunk> }
}
