import {
  check,
  custom,
  instance,
  isWellFormed,
  recordOf,
  shape,
  unicode,
  wholeNumber,
} from '../../checks/index.js'
import { InvalidArgumentError, ShapeError } from '../../errors/index.js'
import {
  type ColumnKind,
  FRAME_COLUMN_NAMES,
  FRAME_COLUMNS,
  type FrameColumns,
  type SimulationFrame,
} from '../frames.js'
import type { Part } from './FlatWriter.js'
import {
  BATCH_MESSAGE,
  byte,
  DOUBLE_PRECISION,
  encapsulated,
  FLOAT_TYPE,
  INT_TYPE,
  int,
  long,
  padded,
  refer,
  SCHEMA_MESSAGE,
  short,
} from './messages.js'

/** What the schema of a file of frames says of it, under the key of this name. */
export const FRAMES_KEY = 'subnetkit'
export const FRAMES_FORMAT = 'frames/1'

/** The width of a column's numbers, and whether they are whole. */
export const ARROW_TYPES: Readonly<Record<ColumnKind, { readonly type: number; readonly bits: number }>> = {
  u16: { type: INT_TYPE, bits: 16 },
  u32: { type: INT_TYPE, bits: 32 },
  u64: { type: INT_TYPE, bits: 64 },
  f64: { type: FLOAT_TYPE, bits: 64 },
}

/**
 * How a file of frames begins, in the streaming format of Apache Arrow: the schema of the columns, and facts about the run as its metadata. Frames follow it by
 * {@link arrowFrame}. The file needs no end, so that it may be cut between any two frames and added to.
 *
 * @param facts - names and values that tools show beside the columns; `subnetkit` is taken.
 *
 * @example
 * ```ts
 * import { writeFileSync, appendFileSync } from 'node:fs'
 * import { arrowFrame, arrowHead, Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 4 })
 * writeFileSync('frames.arrows', arrowHead({ seed: simulation.plan.seed }))
 * for await (const frame of simulation.run({ blocks: 7_200 })) appendFileSync('frames.arrows', arrowFrame(frame))
 * ```
 */
export function arrowHead(facts: Readonly<Record<string, string>> = {}): Uint8Array {
  check('facts', recordOf(unicode()), facts)
  check('facts', namesAreText, facts)
  const entries = Object.entries({ ...facts, [FRAMES_KEY]: FRAMES_FORMAT })
  const header: Part = {
    table: [
      short(0),
      refer({ tables: FRAME_COLUMN_NAMES.map((name) => fieldOf(name, FRAME_COLUMNS[name].kind)) }),
      refer({ tables: entries.map(([key, text]) => keyValue(key, text)) }),
    ],
  }
  return encapsulated(SCHEMA_MESSAGE, header, new Uint8Array(0))
}

/**
 * A frame as a record batch of the Arrow stream: to be written behind those before it.
 *
 * @throws InvalidArgumentError, ShapeError for what is no frame.
 *
 * @example
 * ```ts
 * import { arrowFrame, arrowHead, readFrames, Simulation } from 'subnetkit/simulation'
 *
 * const simulation = await Simulation.start({ subnets: 2 })
 * const parts = [arrowHead()]
 * for await (const frame of simulation.run({ blocks: 720 })) parts.push(arrowFrame(frame))
 * const { frames } = readFrames(Buffer.concat(parts))
 * frames.length // 2
 * ```
 */
export function arrowFrame(frame: SimulationFrame): Uint8Array {
  checkFrame(frame)
  const { columns } = frame
  const rows = columns.netuid.length
  const buffers: [bigint, bigint][] = []
  let length = 0
  for (const name of FRAME_COLUMN_NAMES) {
    const { byteLength } = columns[name]
    // No row of a column is empty: the list of those that are has no bytes.
    buffers.push([BigInt(length), 0n], [BigInt(length), BigInt(byteLength)])
    length += padded(byteLength)
  }
  const body = new Uint8Array(length)
  FRAME_COLUMN_NAMES.forEach((name, at) => {
    const { buffer, byteOffset, byteLength } = columns[name]
    body.set(new Uint8Array(buffer, byteOffset, byteLength), Number(buffers[2 * at + 1]?.[0] ?? 0n))
  })
  const nodes = FRAME_COLUMN_NAMES.map((): [bigint, bigint] => [BigInt(rows), 0n])
  const header: Part = { table: [long(BigInt(rows)), refer({ pairs: nodes }), refer({ pairs: buffers })] }
  return encapsulated(BATCH_MESSAGE, header, body)
}

const namesAreText = custom('Name facts by text without half surrogate pairs.', (facts) =>
  Object.keys(facts as object).every(isWellFormed),
)

const ARRAYS = { u16: Uint16Array, u32: Uint32Array, u64: BigUint64Array, f64: Float64Array }

const frameShape = shape<SimulationFrame>({
  block: wholeNumber(),
  columns: shape<FrameColumns>(
    Object.fromEntries(
      FRAME_COLUMN_NAMES.map((name) => [name, instance(ARRAYS[FRAME_COLUMNS[name].kind])]),
    ) as never,
  ),
})

/** @throws InvalidArgumentError, ShapeError naming the column. */
export function checkFrame(frame: SimulationFrame): void {
  check('frame', frameShape, frame)
  const expectedLength = frame.columns.netuid.length
  for (const name of FRAME_COLUMN_NAMES) {
    const { length } = frame.columns[name]
    if (length === expectedLength) continue
    throw new ShapeError({ field: `frame.columns.${name}`, expectedLength, actualLength: length })
  }
  if (expectedLength === 0) {
    const remedy = 'Pass a frame of at least one subnet, as a Simulation gives it.'
    throw new InvalidArgumentError({ field: 'frame.columns.netuid', value: frame.columns.netuid, remedy })
  }
  const other = frame.columns.block.find((block) => block !== frame.block)
  if (other === undefined) return
  throw new InvalidArgumentError({
    field: 'frame.columns.block',
    value: other,
    remedy: `Pass in each row what frame.block says: ${frame.block}.`,
  })
}

function fieldOf(name: string, kind: ColumnKind): Part {
  const { type, bits } = ARROW_TYPES[kind]
  const details: Part =
    type === INT_TYPE ? { table: [int(bits), byte(0)] } : { table: [short(DOUBLE_PRECISION)] }
  return { table: [refer({ text: name }), byte(0), byte(type), refer(details), null, refer({ tables: [] })] }
}

const keyValue = (key: string, text: string): Part => ({ table: [refer({ text: key }), refer({ text })] })
