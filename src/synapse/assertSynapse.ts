import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, custom, flag, func, oneOf, optional, plainObject, shape, text } from '../checks/index.js'
import type { StreamSynapse, Synapse } from './types.js'

const NAME = /^[A-Za-z0-9._-]{1,64}$/

/** What a synapse may be called. */
export const synapseName = custom(
  'Name a synapse with 1 to 64 letters, digits, dots, underscores or hyphens.',
  (value) => typeof value === 'string' && NAME.test(value),
)

/** What says how a message looks. */
export const anySchema = custom(
  'Pass a schema of a Standard Schema library, such as zod.',
  (value) => typeof (value as StandardSchemaV1 | null | undefined)?.['~standard']?.validate === 'function',
)

const anyKindName = optional(oneOf(['unary', 'stream']))
const shapes = {
  unary: shape<Synapse>({
    kind: oneOf(['unary']),
    name: synapseName,
    request: anySchema,
    answer: anySchema,
    idempotent: optional(flag),
  }),
  stream: shape<StreamSynapse>({
    kind: oneOf(['stream']),
    name: synapseName,
    request: anySchema,
    chunk: anySchema,
    idempotent: optional(flag),
    resume: optional(func),
  }),
} as const
const anyKind = shape<{ kind: unknown }>({ kind: oneOf(['unary', 'stream']) })

/** What was found to be a synapse, so that each is looked at once and not with every call. */
const known = new WeakSet<object>()

/**
 * Holds a value to what `defineSynapse` or `defineStream` makes.
 *
 * PERF: one look-up for a synapse that was seen before.
 *
 * @param field - what errors call it.
 * @param kind - the kind it must be; either when left out.
 * @throws InvalidArgumentError naming the part that is wrong.
 *
 * @example
 * ```ts
 * import { assertSynapse, defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * assertSynapse('synapse', defineSynapse({ name: 'double', request: z.number(), answer: z.number() }), 'unary')
 * ```
 */
export function assertSynapse(field: string, value: unknown, kind?: 'unary' | 'stream'): void {
  if (typeof value === 'object' && value !== null && known.has(value)) {
    if (kind === undefined || (value as Synapse | StreamSynapse).kind === kind) return
  }
  check('field', text({ min: 1 }), field)
  check('kind', anyKindName, kind)
  check(field, plainObject, value)
  const actual = (value as { readonly kind?: unknown }).kind
  if (kind === undefined && actual !== 'unary' && actual !== 'stream') check(field, anyKind, { kind: actual })
  check(field, shapes[kind ?? (actual as 'unary' | 'stream')], value)
  known.add(value as object)
}
