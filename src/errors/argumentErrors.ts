import { BaseError } from './BaseError.js'
import { HiddenValue } from './HiddenValue.js'
import { printableName } from './printable.js'

/** Longest rendering of an offending value inside a message. */
const VALUE_LIMIT = 80

/** Renders any value for a message: bounded, never throwing, with bigint and typed arrays named. */
export function describeValue(value: unknown): string {
  try {
    return printableName(textOf(value), VALUE_LIMIT)
  } catch {
    // A getter or a proxy of the caller's threw.
    return 'a value that cannot be shown'
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value.slice(0, VALUE_LIMIT + 1))
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (value instanceof HiddenValue) return String(value)
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`
  if (Array.isArray(value)) return `array of ${value.length}`
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} of ${value.size}`
  // A Promise or a Date is not known by its keys.
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  return `${kind === 'Object' ? 'object' : kind} {${Object.keys(value).slice(0, 5).join(', ')}}`
}

/**
 * A caller passed a value that cannot be used; nothing was changed.
 *
 * `field` is the path of the offending input (`params.kappaU16`), `value` what was passed, and the hint says what would
 * be accepted. Where the value may be a secret, a `HiddenValue` stands in its place.
 */
export class InvalidArgumentError extends BaseError {
  override readonly name: string = 'InvalidArgumentError'
  readonly code: string = 'InvalidArgument'
  readonly field: string
  readonly value: unknown

  constructor(details: { field: string; value: unknown; remedy: string; cause?: unknown }) {
    super(`Invalid ${details.field}: ${describeValue(details.value)}.`, {
      hints: [details.remedy],
      docsPath: 'errors#invalid-argument',
      cause: details.cause,
    })
    this.field = details.field
    this.value = details.value
  }
}

/** Two inputs that belong together disagree in length or shape. */
export class ShapeError extends InvalidArgumentError {
  override readonly name: string = 'ShapeError'
  override readonly code: string = 'Shape'
  readonly expectedLength: number
  readonly actualLength: number

  constructor(details: { field: string; expectedLength: number; actualLength: number }) {
    super({
      field: details.field,
      value: `length ${details.actualLength}`,
      remedy: `Pass ${details.field} with length ${details.expectedLength}.`,
    })
    this.expectedLength = details.expectedLength
    this.actualLength = details.actualLength
  }
}
