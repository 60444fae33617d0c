import { OnnxRefusal } from './OnnxRefusal.js'
import { malformed, WIRE, WireReader } from './WireReader.js'

/** How a field is read. */
export type FieldKind =
  | { readonly kind: 'int' | 'float' | 'text' | 'texts' | 'bytes' | 'numbers' | 'floats' | 'skip' }
  | { readonly kind: 'one' | 'many'; readonly of: Message }
  | { readonly kind: 'no'; readonly what: string }

/** The fields of a message by their numbers. */
export type Message = ReadonlyMap<number, readonly [name: string, kind: FieldKind]>

export function message(fields: Readonly<Record<number, readonly [string, FieldKind]>>): Message {
  return new Map(Object.entries(fields).map(([number, field]) => [Number(number), field]))
}

/** As many numbers as a shape, or a list of axes or positions, may have; longer lists are counted and not kept. */
const MOST_NUMBERS = 1_024

/** Messages, names and lists of numbers in a model: each takes far more memory than the two bytes that say it is there. */
const MOST_PARTS = 2 ** 20

/** How many parts of a model may still come. */
class PartsLeft {
  #left = MOST_PARTS

  /** @throws OnnxRefusal */
  take(): void {
    this.#left--
    if (this.#left < 0) throw new OnnxRefusal('size', `The model has more than ${MOST_PARTS} parts.`)
  }
}

/** What counts as a part each time that it comes. */
const PARTS: ReadonlySet<string> = new Set(['one', 'many', 'text', 'texts'])

const WIRE_OF: Readonly<Record<string, number>> = { int: WIRE.varint, float: WIRE.fixed32 }

/**
 * Reads a message as the table says. What the table does not know is refused, and so is a part that may be there once and is there twice: what readers
 * make of either is not the same everywhere.
 *
 * @throws OnnxRefusal
 */
export function readMessage(bytes: Uint8Array, table: Message): Record<string, unknown> {
  return readPart(bytes, table, new PartsLeft())
}

function readPart(bytes: Uint8Array, table: Message, parts: PartsLeft): Record<string, unknown> {
  const reader = new WireReader(bytes)
  const found: Record<string, unknown> = {}
  while (!reader.isAtEnd) {
    const { field, wire } = reader.tag()
    const entry = table.get(field)
    if (entry === undefined) throw malformed(`it has a field ${field} that is not known`)
    const [name, kind] = entry
    if (kind.kind === 'no') throw new OnnxRefusal('unsupported', `The model has ${kind.what}.`)
    if (kind.kind === 'skip') reader.skip(wire)
    else readField({ reader, found, parts }, name, kind, wire)
  }
  return found
}

/** A message that is being read. */
interface Reading {
  readonly reader: WireReader
  readonly found: Record<string, unknown>
  readonly parts: PartsLeft
}

function readField({ reader, found, parts }: Reading, name: string, kind: FieldKind, wire: number): void {
  const before = found[name]
  if (PARTS.has(kind.kind) || (kind.kind === 'numbers' && before === undefined)) parts.take()
  if (kind.kind === 'numbers' || kind.kind === 'floats') {
    found[name] =
      kind.kind === 'floats' ? moreFloats(reader, before, wire) : moreNumbers(reader, before, wire)
    return
  }
  if (wire !== (WIRE_OF[kind.kind] ?? WIRE.bytes)) throw malformed(`${name} is written as something else`)
  if (kind.kind === 'texts' || kind.kind === 'many') {
    const list = (before as unknown[] | undefined) ?? []
    list.push(kind.kind === 'many' ? readPart(reader.bytes(), kind.of, parts) : reader.text())
    found[name] = list
    return
  }
  if (before !== undefined) throw malformed(`${name} is there twice`)
  found[name] = oneOf({ reader, parts }, kind, wire)
}

function oneOf({ reader, parts }: Pick<Reading, 'reader' | 'parts'>, kind: FieldKind, wire: number): unknown {
  switch (kind.kind) {
    case 'int':
      return reader.int()
    case 'text':
      return reader.text()
    case 'bytes':
      return reader.bytes()
    case 'one':
      return readPart(reader.bytes(), kind.of, parts)
    default:
      // A single float is never looked at: no shape depends on one.
      reader.skip(wire)
      return 0
  }
}

/** Floats are counted: no shape depends on one. */
function moreFloats(reader: WireReader, before: unknown, wire: number): number {
  const count = (before as number | undefined) ?? 0
  if (wire === WIRE.fixed32) {
    reader.skip(wire)
    return count + 1
  }
  if (wire !== WIRE.bytes) throw malformed('a list of numbers is written as something else')
  const { length } = reader.bytes()
  if (length % 4 !== 0) throw malformed('a list of numbers ends in the middle of one')
  return count + length / 4
}

function moreNumbers(reader: WireReader, before: unknown, wire: number): { count: number; values: number[] } {
  const numbers = (before as { count: number; values: number[] } | undefined) ?? { count: 0, values: [] }
  const add = (value: number) => {
    numbers.count++
    if (numbers.count <= MOST_NUMBERS) numbers.values.push(value)
    else numbers.values.length = 0
  }
  if (wire === WIRE.varint) add(reader.int())
  else if (wire === WIRE.bytes) {
    const packed = new WireReader(reader.bytes())
    while (!packed.isAtEnd) add(packed.int())
  } else throw malformed('a list of numbers is written as something else')
  return numbers
}
