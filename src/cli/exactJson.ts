import { BaseError, describeValue } from '../errors/index.js'

/** A JSON value whose integers are exact; objects are maps from key to value. */
export type ExactJson = null | boolean | number | string | ExactJson[] | Map<string, ExactJson>

/** Text that should be an epoch file is not one; `field` is the path of what is wrong (`steps[0].input.n`). */
export class MalformedEpochFileError extends BaseError {
  override readonly name = 'MalformedEpochFileError'
  readonly code = 'MalformedEpochFile'
  readonly field: string

  constructor(details: { field: string; why: string; cause?: unknown }) {
    super(`The epoch file is malformed at ${details.field}: ${details.why}.`, {
      docsPath: 'errors#malformed-epoch-file',
      cause: details.cause,
    })
    this.field = details.field
  }
}

/** Deepest nesting read: an epoch file needs seven levels. */
const DEPTH_LIMIT = 32
/**
 * What values take in memory, in bytes and about: a text of empty objects grows fiftyfold. The weights and bonds of the largest
 * file that is read take nine tenths of the limit.
 */
const MEMORY = { value: 24, list: 40, entry: 56, object: 230, character: 2 } as const
const MEMORY_LIMIT = 1.25 * 2 ** 30
/** 2^53 is exact as well, and only written like this is it told from its neighbours, which round to it. */
const LARGEST_EXACT = /^-?9007199254740992$/
/** Up to so many digits an integer is exact whatever they are. */
const EXACT_DIGITS = 15
const ZERO = 0x30
/** What may follow digits in a longer number: `.`, `e` and `E`. */
const PART_OF_NUMBER = new Set([0x2e, 0x65, 0x45])
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Reads JSON strictly, keeping every number exact.
 *
 * Unlike `JSON.parse` it refuses what would be changed silently: integers above 2^53 that are not written as strings, in whatever
 * form (`1e16`); other numbers that would come out with other digits than they went in; and keys that occur twice.
 *
 * @throws MalformedEpochFileError naming the place; `file` stands for the whole text. What would take far more memory than the
 * largest epochs is refused there too.
 */
export function parseExactJson(text: string, { memoryLimit = MEMORY_LIMIT } = {}): ExactJson {
  return new Reader(text, memoryLimit).document()
}

class Reader {
  readonly #text: string
  readonly #path: (string | number)[] = []
  #at = 0
  #memoryLeft: number

  constructor(text: string, memoryLimit: number) {
    this.#text = text
    this.#memoryLeft = memoryLimit
  }

  document(): ExactJson {
    const value = this.#value()
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail('text goes on after the end of the JSON value')
    return value
  }

  #value(): ExactJson {
    if (this.#path.length > DEPTH_LIMIT) this.#fail(`nesting is deeper than ${DEPTH_LIMIT}`)
    this.#take(MEMORY.value)
    this.#skipSpace()
    const first = this.#text[this.#at]
    if (first === '{') return this.#object()
    if (first === '[') return this.#array()
    if (first === '"') return this.#string()
    if (first === 't') return this.#word('true', true)
    if (first === 'f') return this.#word('false', false)
    if (first === 'n') return this.#word('null', null)
    return this.#number()
  }

  #object(): Map<string, ExactJson> {
    this.#take(MEMORY.object)
    const object = new Map<string, ExactJson>()
    this.#at++
    if (this.#takes('}')) return object
    do {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') this.#fail('a key in double quotes is expected')
      const key = this.#string()
      this.#path.push(key)
      this.#take(MEMORY.entry)
      if (object.has(key)) this.#fail('the key occurs twice')
      if (!this.#takes(':')) this.#fail('a colon is expected after the key')
      object.set(key, this.#value())
      this.#path.pop()
    } while (this.#takes(','))
    if (!this.#takes('}')) this.#fail('a comma or closing brace is expected')
    return object
  }

  #array(): ExactJson[] {
    this.#take(MEMORY.list)
    const array: ExactJson[] = []
    this.#at++
    if (this.#takes(']')) return array
    do {
      this.#path.push(array.length)
      array.push(this.#value())
      this.#path.pop()
    } while (this.#takes(','))
    if (!this.#takes(']')) this.#fail('a comma or closing bracket is expected')
    return array
  }

  #string(): string {
    let end = this.#at + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1
    const token = this.#text.slice(this.#at, end + 1)
    this.#at = end + 1
    this.#take(MEMORY.character * token.length)
    try {
      return JSON.parse(token) as string
    } catch {
      return this.#fail(`${describeValue(token)} is no JSON string`)
    }
  }

  #take(bytes: number): void {
    this.#memoryLeft -= bytes
    if (this.#memoryLeft < 0) this.#fail('it holds more than is read at once; split the file')
  }

  #word(word: string, value: boolean | null): boolean | null {
    if (!this.#text.startsWith(word, this.#at)) this.#fail(`${word} is expected`)
    this.#at += word.length
    return value
  }

  #number(): number {
    return this.#shortInteger() ?? this.#longNumber()
  }

  /** The common case in one pass: digits alone, too few to lose any; nothing is passed when it is another. */
  #shortInteger(): number | undefined {
    let at = this.#at
    let value = 0
    let code = this.#text.charCodeAt(at)
    if (code === ZERO) return undefined
    for (; code >= ZERO && code <= ZERO + 9; code = this.#text.charCodeAt(++at)) {
      value = 10 * value + code - ZERO
    }
    const digits = at - this.#at
    if (digits === 0 || digits > EXACT_DIGITS || PART_OF_NUMBER.has(code)) return undefined
    this.#at = at
    return value
  }

  #longNumber(): number {
    NUMBER.lastIndex = this.#at
    const token = NUMBER.exec(this.#text)?.[0]
    if (token === undefined) {
      const found = this.#text[this.#at]
      return this.#fail(
        found === undefined ? 'the text ends too early' : `${describeValue(found)} is no JSON`,
      )
    }
    this.#at += token.length
    const value = Number(token)
    if (!isExact(token, value)) {
      this.#fail(`write ${describeValue(token)} as a string: as a number it loses digits`)
    }
    return value
  }

  /** Whether the next character is this one, which is then passed. */
  #takes(character: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #fail(why: string): never {
    throw new MalformedEpochFileError({ field: pathText(this.#path), why })
  }
}

/** Whether a number has the value of its text. */
function isExact(token: string, value: number): boolean {
  // Nothing but zeros before the exponent: that may be of any size then, and is not looked at.
  if (value === 0) return !/[1-9]/.test(token.replace(/e.*/i, ''))
  if (Number.isSafeInteger(value) || !Number.isFinite(value)) return sameDecimal(token, value)
  return Number.isInteger(value) ? LARGEST_EXACT.test(token) : sameDecimal(token, value)
}

/** Whether the shortest decimal that stands for `value`, which is how it would be written again, is that of the text. */
function sameDecimal(token: string, value: number): boolean {
  return Number.isFinite(value) && decimalOf(token) === decimalOf(String(value))
}

/** One form for all ways to write a number: digits without zeros around them, and the power of ten of the last. */
function decimalOf(token: string): string {
  const [mantissa = '', exponent = '0'] = token.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const trimmed = withoutZeros(digits)
  const power =
    BigInt(exponent.replace('+', '')) - BigInt(fraction.length) + BigInt(digits.length - trimmed.length)
  return `${trimmed}e${power}`
}

/** Without zeros at the end. A loop: the pattern for it would take the square of the time. */
function withoutZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--
  return digits.slice(0, end)
}

/** A path as it reads in code: `steps[0].input.n`; `file` for the root. */
export function pathText(path: readonly (string | number)[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${keyText(part)}`)).join('')
  return text === '' ? 'file' : text.replace(/^\./, '')
}

/** A key of a file as it can stand in a one-line message, whatever it holds: escaped and cut. */
export function keyText(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : describeValue(key)
}
