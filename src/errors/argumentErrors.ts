import { BaseError } from './BaseError.js'

/** Longest rendering of an offending value inside a message. */
const VALUE_LIMIT = 80

/**
 * Text from outside made safe to show: what would move a cursor, hide, or turn the direction of reading is escaped, except line
 * ends; longer text is cut.
 */
export function printable(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) =>
    char === '\n' ? char : `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )
}

/** Renders any value for a message: bounded, never throwing, with bigint and typed arrays named. */
export function describeValue(value: unknown): string {
  let text: string
  if (typeof value === 'bigint') text = `${value}n`
  else if (typeof value === 'string') text = JSON.stringify(value)
  else if (typeof value === 'function') text = `function ${value.name || '(anonymous)'}`
  else if (ArrayBuffer.isView(value)) text = `${value.constructor.name}(${value.byteLength} bytes)`
  else if (Array.isArray(value)) text = `array of ${value.length}`
  else if (typeof value === 'object' && value !== null)
    text = `object {${Object.keys(value).slice(0, 5).join(', ')}}`
  else text = String(value)
  return printable(text, VALUE_LIMIT)
}

/**
 * A caller passed a value that cannot be used; nothing was changed.
 *
 * `field` is the path of the offending input (`params.kappaU16`), `value` what was passed,
 * and the hint says what would be accepted.
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
