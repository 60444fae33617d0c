import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, oneOf, shape, text } from '../checks/index.js'
import { BaseError, describeValue } from '../errors/index.js'
import { anySchema } from './assertSynapse.js'

const PARTS = ['request', 'answer', 'chunk'] as const
const checkedShape = shape<Checked>({ synapse: text({ min: 1 }), part: oneOf(PARTS) })

/** What does not fit, and where: `answer.values[3]`. */
export interface MessageIssue {
  readonly path: string
  readonly message: string
}

/** Most issues that an error lists. */
const MAX_ISSUES = 8

/** A value does not fit the schema that its synapse gives for it. */
export class SchemaMismatchError extends BaseError {
  override readonly name = 'SchemaMismatchError'
  readonly code = 'SchemaMismatch'
  readonly synapse: string
  readonly part: 'request' | 'answer' | 'chunk'
  /** The first eight. */
  readonly issues: readonly MessageIssue[]
  /** What was checked, described and cut. */
  readonly value: string

  constructor(details: {
    synapse: string
    part: 'request' | 'answer' | 'chunk'
    issues: readonly MessageIssue[]
    value: unknown
  }) {
    const [first] = details.issues
    const value = describeValue(details.value)
    super(
      `The ${details.part} does not fit synapse ${details.synapse}${first === undefined ? '' : `: ${first.path} ${first.message}`}. It is ${value}.`,
      {
        hints: ['Compare the value with the schema of the synapse; issues lists what does not fit.'],
        docsPath: 'errors#schema-mismatch',
      },
    )
    this.synapse = details.synapse
    this.part = details.part
    this.issues = details.issues
    this.value = value
  }
}

/** Which value is checked, for the error. */
export interface Checked {
  readonly synapse: string
  readonly part: 'request' | 'answer' | 'chunk'
}

/**
 * What the schema makes of a value; at once when the schema is synchronous.
 *
 * @throws SchemaMismatchError
 * @throws InvalidArgumentError for what is no schema.
 *
 * @example
 * ```ts
 * import { validated } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * await validated(z.number(), 7, { synapse: 'double', part: 'request' })
 * ```
 */
export function validated<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
  checked: Checked,
): T | Promise<T> {
  // By hand: this is asked twice for every call.
  if (typeof schema?.['~standard']?.validate !== 'function') check('schema', anySchema, schema)
  if (typeof checked?.synapse !== 'string' || !PARTS.includes(checked.part))
    check('checked', checkedShape, checked)
  const result = schema['~standard'].validate(value)
  return result instanceof Promise
    ? result.then((settled) => outcome(settled, checked, value))
    : outcome(result, checked, value)
}

function outcome<T>(result: StandardSchemaV1.Result<T>, checked: Checked, value: unknown): T {
  if (result.issues === undefined) return result.value
  const issues = result.issues.slice(0, MAX_ISSUES).map((issue) => ({
    path: pathOf(checked.part, issue.path ?? []),
    message: issue.message.slice(0, 200),
  }))
  throw new SchemaMismatchError({ ...checked, issues, value })
}

function pathOf(root: string, path: NonNullable<StandardSchemaV1.Issue['path']>): string {
  let text = root
  for (const segment of path) {
    const key = typeof segment === 'object' ? segment.key : segment
    text += typeof key === 'number' ? `[${key}]` : `.${String(key)}`
  }
  return text.slice(0, 200)
}
