import { bytes as bytesCheck, check, custom, func, isBytes, wholeNumber } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import {
  type ColumnKind,
  columnFrom,
  columnsOf,
  FRAME_COLUMN_NAMES,
  FRAME_COLUMNS,
  type SimulationFrame,
} from '../frames.js'
import { FrameFileError } from '../simulationErrors.js'
import { ARROW_TYPES, FRAMES_FORMAT, FRAMES_KEY } from './arrowFrames.js'
import { FlatTable } from './FlatTable.js'
import {
  BATCH_MESSAGE,
  CONTINUATION,
  DOUBLE_PRECISION,
  FLOAT_TYPE,
  PREFIX_BYTES,
  padded,
  SCHEMA_MESSAGE,
} from './messages.js'

/** A file of frames that is not held in memory. */
export interface FrameSource {
  readonly byteLength: number
  /** Bytes from a place; as many as are asked for, no fewer and no more. */
  read(at: number, length: number): Uint8Array
}

/** What a file of frames holds. */
export interface FrameFile {
  /** Facts about the run, as its first bytes say them. */
  readonly facts: Readonly<Record<string, string>>
  readonly frames: readonly SimulationFrame[]
  /** Bytes up to the end of the last whole frame. */
  readonly wholeBytes: number
  /** Whether a frame at the end was cut, as when a machine went down: it is left out. */
  readonly isCut: boolean
}

/** No file of ours says more than this about a message. */
const MOST_METADATA_BYTES = 1 << 20

/**
 * Reads a file of frames that {@link arrowHead} and {@link arrowFrame} wrote. A frame at the end that is not whole is left out.
 *
 * @throws FrameFileError for what is no such file, and for one that is damaged before its end; InvalidArgumentError.
 * PERF: holds all frames in memory; `eachFrame` gives them one by one.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { readFrames } from 'subnetkit/simulation'
 *
 * for (const { block, columns } of readFrames(readFileSync('frames.arrows')).frames) {
 *   console.log(block, columns.price[0])
 * }
 * ```
 */
export function readFrames(bytes: Uint8Array): FrameFile {
  check('bytes', bytesCheck(), bytes)
  const frames: SimulationFrame[] = []
  const reading = eachFrame(bytes)
  for (;;) {
    const { value, done } = reading.next()
    if (done === true) return { ...value, frames }
    frames.push(value)
  }
}

/**
 * The frames of a file one by one, and at the end what else there is to say of it.
 *
 * @param source - bytes, or a file that is read piece by piece.
 * @throws InvalidArgumentError at once for what is no source, and as `source.read` for one that gives other bytes than it is asked for; FrameFileError as
 *   {@link readFrames}; whatever `source` throws.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { eachFrame } from 'subnetkit/simulation'
 *
 * for (const { block } of eachFrame(readFileSync('frames.arrows'))) console.log(block)
 * ```
 */
export function eachFrame(
  source: Uint8Array | FrameSource,
): Generator<SimulationFrame, Omit<FrameFile, 'frames'>, undefined> {
  check('source', anyObject, source)
  return framesOf(isBytes(source) ? sourceOf(source) : heldToLength(source))
}

const anyObject = custom(
  'Pass bytes, or an object with byteLength and read.',
  (value) => typeof value === 'object' && value !== null,
)

function* framesOf(source: FrameSource): Generator<SimulationFrame, Omit<FrameFile, 'frames'>, undefined> {
  const head = messageAt(source, 0)
  if (head === null) throw new FrameFileError({ why: 'its beginning is missing' })
  const facts = understood(() => factsOf(head.metadata))
  let at = head.end
  for (;;) {
    const message = messageAt(source, at)
    if (message === null) return { facts, wholeBytes: at, isCut: at < source.byteLength }
    const body = message.body()
    yield understood(() => frameOf(message.metadata, body))
    at = message.end
  }
}

function sourceOf(bytes: Uint8Array): FrameSource {
  return { byteLength: bytes.length, read: (at, length) => bytes.subarray(at, at + length) }
}

/**
 * Of somebody else: what it gives is looked at.
 *
 * @throws InvalidArgumentError
 */
function heldToLength(source: FrameSource): FrameSource {
  const { byteLength } = source
  check('source.byteLength', wholeNumber(), byteLength)
  check('source.read', func, source.read)
  return {
    byteLength,
    read: (at, length) => {
      const piece = source.read(at, length)
      if (isBytes(piece) && piece.length === length) return piece
      throw new InvalidArgumentError({
        field: 'source.read',
        value: piece,
        remedy: `Let it give a Uint8Array of as many bytes as it is asked for: ${length} from byte ${at} on, of the ${byteLength} that byteLength says there are.`,
      })
    },
  }
}

interface Message {
  readonly metadata: FlatTable
  readonly body: () => Uint8Array
  readonly end: number
}

/** The message at a place; `null` where it is not whole. */
function messageAt(source: FrameSource, at: number): Message | null {
  if (at + PREFIX_BYTES > source.byteLength) return null
  const prefix = viewOf(source.read(at, PREFIX_BYTES))
  const length = prefix.getInt32(4, true)
  if (prefix.getUint32(0, true) !== CONTINUATION || length <= 0 || length > MOST_METADATA_BYTES) {
    throw new FrameFileError({ why: at === 0 ? 'it is no Arrow stream' : `byte ${at} begins no message` })
  }
  const bodyAt = at + PREFIX_BYTES + length
  if (bodyAt > source.byteLength) return null
  const bytes = source.read(at + PREFIX_BYTES, length)
  return understood(() => {
    const metadata = FlatTable.root(bytes)
    const bodyLength = Number(metadata.i64(3))
    if (!(bodyLength >= 0)) throw new FrameFileError({ why: 'a message has a length below 0' })
    const end = bodyAt + bodyLength
    if (end > source.byteLength) return null
    return { metadata, end, body: () => source.read(bodyAt, bodyLength) }
  })
}

function factsOf(message: FlatTable): Readonly<Record<string, string>> {
  const schema = message.u8(1) === SCHEMA_MESSAGE ? message.table(2) : null
  if (schema === null) throw new FrameFileError({ why: 'it begins without a schema' })
  const facts = Object.fromEntries(schema.tables(2).map((entry) => [entry.text(0), entry.text(1)]))
  if (facts[FRAMES_KEY] !== FRAMES_FORMAT) {
    throw new FrameFileError({ why: `it holds no ${FRAMES_KEY} ${FRAMES_FORMAT}` })
  }
  const columns = schema.tables(1).map((field) => `${field.text(0)} ${typeOf(field)}`)
  const expected = FRAME_COLUMN_NAMES.map((name) => `${name} ${FRAME_COLUMNS[name].kind}`)
  if (columns.join() !== expected.join()) throw new FrameFileError({ why: 'its columns are others' })
  const { [FRAMES_KEY]: _, ...others } = facts
  return others
}

/** The kind of a column; of one that no frame has, nothing that is one. */
function typeOf(field: FlatTable): string {
  const type = field.u8(2)
  const details = field.table(3)
  if (type === FLOAT_TYPE) return details?.i16(0) === DOUBLE_PRECISION ? 'f64' : 'float'
  const bits = details?.i32(0)
  const known = Object.entries(ARROW_TYPES).find(([, one]) => one.type === type && one.bits === bits)
  return known !== undefined && details?.u8(1) === 0 ? known[0] : 'other'
}

function frameOf(message: FlatTable, body: Uint8Array): SimulationFrame {
  const batch = message.u8(1) === BATCH_MESSAGE ? message.table(2) : null
  if (batch === null) throw new FrameFileError({ why: 'a message is no frame' })
  const rows = Number(batch.i64(0))
  const buffers = batch.pairs(2)
  let at = 0
  let used = 0
  const columns = columnsOf((kind: ColumnKind) => {
    const [offset = -1n, length = -1n] = buffers[2 * at++ + 1] ?? []
    const size = (rows * ARROW_TYPES[kind].bits) / 8
    if (Number(offset) !== used || Number(length) !== size)
      throw new FrameFileError({ why: 'a frame has a column of another length' })
    used += padded(size)
    return columnFrom(kind, body.subarray(Number(offset), Number(offset) + size))
  })
  if (used !== body.length || rows === 0) throw new FrameFileError({ why: 'a frame has another length' })
  const [block = 0] = columns.block
  if (columns.block.some((one) => one !== block))
    throw new FrameFileError({ why: 'the rows of a frame are of several blocks' })
  return { block, columns }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

/** What reads of bytes beyond their end throw is damage of the file. */
function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof FrameFileError || !(cause instanceof RangeError)) throw cause
    throw new FrameFileError({ why: 'a frame is damaged', cause })
  }
}
