/** Stands in an error for a value that may be a secret: it says of what kind that was, and nothing of what it held. */
export class HiddenValue {
  /** Such as `text` or `bytes (31)`. */
  readonly kind: string

  private constructor(kind: string) {
    this.kind = kind
  }

  /** What stands for this value: nothing is nothing, and is shown. */
  static of(value: unknown): unknown {
    return value === undefined || value === null || value instanceof HiddenValue
      ? value
      : new HiddenValue(kindOf(value))
  }

  toString(): string {
    return `${this.kind}, not shown`
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text'
  if (value instanceof Uint8Array) return `bytes (${value.length})`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
