import { BaseError, describeValue } from '../errors/index.js'

/** A JSON value whose integers are exact; objects have no prototype, so that every key is one of the text. */
export type ExactJson = null | boolean | number | string | ExactJson[] | { [key: string]: ExactJson }

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
  const source: Source = { text, path: [], at: 0, memoryLeft: memoryLimit }
  const value = readValue(source)
  skipSpace(source)
  if (source.at < text.length) fail(source, 'text goes on after the end of the JSON value')
  return value
}

/** A text that is being read. */
interface Source {
  readonly text: string
  /** Of the value that is being read. */
  readonly path: (string | number)[]
  at: number
  memoryLeft: number
}

function readValue(source: Source): ExactJson {
  if (source.path.length > DEPTH_LIMIT) fail(source, `nesting is deeper than ${DEPTH_LIMIT}`)
  takeMemory(source, MEMORY.value)
  skipSpace(source)
  const first = source.text[source.at]
  if (first === '{') return readObject(source)
  if (first === '[') return readArray(source)
  if (first === '"') return readString(source)
  if (first === 't') return readWord(source, 'true', true)
  if (first === 'f') return readWord(source, 'false', false)
  if (first === 'n') return readWord(source, 'null', null)
  return readShortInteger(source) ?? readLongNumber(source)
}

function readObject(source: Source): { [key: string]: ExactJson } {
  takeMemory(source, MEMORY.object)
  const object = Object.create(null) as { [key: string]: ExactJson }
  source.at++
  if (passes(source, '}')) return object
  do {
    skipSpace(source)
    if (source.text[source.at] !== '"') fail(source, 'a key in double quotes is expected')
    const key = readString(source)
    source.path.push(key)
    takeMemory(source, MEMORY.entry)
    if (key in object) fail(source, 'the key occurs twice')
    if (!passes(source, ':')) fail(source, 'a colon is expected after the key')
    object[key] = readValue(source)
    source.path.pop()
  } while (passes(source, ','))
  if (!passes(source, '}')) fail(source, 'a comma or closing brace is expected')
  return object
}

function readArray(source: Source): ExactJson[] {
  takeMemory(source, MEMORY.list)
  const array: ExactJson[] = []
  source.at++
  if (passes(source, ']')) return array
  do {
    source.path.push(array.length)
    array.push(readValue(source))
    source.path.pop()
  } while (passes(source, ','))
  if (!passes(source, ']')) fail(source, 'a comma or closing bracket is expected')
  return array
}

function readString(source: Source): string {
  const { text, at } = source
  let end = at + 1
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  const token = text.slice(at, end + 1)
  source.at = end + 1
  takeMemory(source, MEMORY.character * token.length)
  try {
    return JSON.parse(token) as string
  } catch {
    return fail(source, `${describeValue(token)} is no JSON string`)
  }
}

function readWord<T>(source: Source, word: string, value: T): T {
  if (!source.text.startsWith(word, source.at)) fail(source, `${word} is expected`)
  source.at += word.length
  return value
}

/** The common case in one pass: digits alone, too few to lose any; nothing is passed when it is another. */
function readShortInteger(source: Source): number | undefined {
  const { text, at: start } = source
  let at = start
  let value = 0
  let code = text.charCodeAt(at)
  if (code === ZERO) return undefined
  for (; code >= ZERO && code <= ZERO + 9; code = text.charCodeAt(++at)) value = 10 * value + code - ZERO
  const digits = at - start
  if (digits === 0 || digits > EXACT_DIGITS || PART_OF_NUMBER.has(code)) return undefined
  source.at = at
  return value
}

function readLongNumber(source: Source): number {
  NUMBER.lastIndex = source.at
  const token = NUMBER.exec(source.text)?.[0]
  if (token === undefined) {
    const found = source.text[source.at]
    return fail(
      source,
      found === undefined ? 'the text ends too early' : `${describeValue(found)} is no JSON`,
    )
  }
  source.at += token.length
  const value = Number(token)
  if (isExact(token, value)) return value
  return fail(source, `write ${describeValue(token)} as a string: as a number it loses digits`)
}

function takeMemory(source: Source, bytes: number): void {
  source.memoryLeft -= bytes
  if (source.memoryLeft < 0) fail(source, 'it holds more than is read at once; split the file')
}

/** Whether the next character is this one, which is then passed. */
function passes(source: Source, character: string): boolean {
  skipSpace(source)
  if (source.text[source.at] !== character) return false
  source.at++
  return true
}

function skipSpace(source: Source): void {
  for (;;) {
    const code = source.text.charCodeAt(source.at)
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    source.at++
  }
}

function fail({ path }: Source, why: string): never {
  throw new MalformedEpochFileError({ field: pathText(path), why })
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
function keyText(key: string): string {
  return /^\w{1,60}$/.test(key) ? key : describeValue(key)
}
