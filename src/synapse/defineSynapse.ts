import type { StandardSchemaV1 } from '@standard-schema/spec'
import { InvalidArgumentError } from '../errors/index.js'
import type { StreamSynapse, Synapse } from './types.js'

const NAME = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Names a request and its answer and says what they look like, by schemas of any Standard Schema library (zod,
 * valibot, arktype). Both ends check both.
 *
 * What travels is what the schema makes of a value, so a schema must accept its own output: defaults and stripped
 * keys are fine, a transform from text to number is not.
 *
 * @throws InvalidArgumentError when the name is not 1 to 64 letters, digits, `.`, `_` or `-`.
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
  const { name, request, answer } = definition
  checkName(name)
  return { kind: 'unary', name, request: schemaOf(request, 'request'), answer: schemaOf(answer, 'answer') }
}

/**
 * Names a request that is answered by a stream of chunks; see {@link defineSynapse}.
 *
 * @throws InvalidArgumentError as `defineSynapse`.
 */
export function defineStream<Req extends StandardSchemaV1, Chunk extends StandardSchemaV1>(definition: {
  readonly name: string
  readonly request: Req
  readonly chunk: Chunk
}): StreamSynapse<StandardSchemaV1.InferOutput<Req>, StandardSchemaV1.InferOutput<Chunk>> {
  const { name, request, chunk } = definition
  checkName(name)
  return { kind: 'stream', name, request: schemaOf(request, 'request'), chunk: schemaOf(chunk, 'chunk') }
}

function checkName(name: string): void {
  if (typeof name === 'string' && NAME.test(name)) return
  throw new InvalidArgumentError({
    field: 'name',
    value: name,
    remedy: 'Name a synapse with 1 to 64 letters, digits, dots, underscores or hyphens.',
  })
}

function schemaOf<S extends StandardSchemaV1>(
  schema: S,
  field: string,
): StandardSchemaV1<unknown, StandardSchemaV1.InferOutput<S>> {
  if (typeof schema?.['~standard']?.validate === 'function') {
    return schema as StandardSchemaV1<unknown, StandardSchemaV1.InferOutput<S>>
  }
  throw new InvalidArgumentError({
    field,
    value: schema,
    remedy: 'Pass a schema of a Standard Schema library, such as zod.',
  })
}
