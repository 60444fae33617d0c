import { get, type MeterGlobals, set, takeStep, takeTop } from './meterGlobals.js'
import { NO_RESULT, OP, PREFIXED, TYPE } from './opcodes.js'
import { signedLeb } from './WasmBytes.js'

/** Indices of the functions that stand in for operations whose work depends on an operand. */
export interface StandIns {
  readonly copy: number
  readonly fill: number
  readonly grow: number
}

/** Bytes that are moved or filled for one step, as a power of two. */
const BULK_BYTES_SHIFT = 6

/** Steps for a page of new memory, which the machine clears when it is touched: some microseconds. */
const PAGE_STEPS = 4_096

/** Types of the stand-ins: three words, and a word to a word. */
export const STAND_IN_TYPES: readonly (readonly number[])[] = [
  [0x60, 3, TYPE.i32, TYPE.i32, TYPE.i32, 0],
  [0x60, 1, TYPE.i32, 1, TYPE.i32],
]

/** Index among `STAND_IN_TYPES` of each stand-in's type, in the order of `standInBodies`. */
export const STAND_IN_TYPE_OF: readonly number[] = [0, 0, 1]

/** Bodies of copy, fill and grow. */
export function standInBodies(globals: MeterGlobals): number[][] {
  return [
    bulkBody(globals, [OP.prefix, PREFIXED.memoryCopy, 0, 0]),
    bulkBody(globals, [OP.prefix, PREFIXED.memoryFill, 0]),
    growBody(globals),
  ]
}

/** Takes steps for the bytes, the third operand, before the work is done. */
function bulkBody(globals: MeterGlobals, work: readonly number[]): number[] {
  const bytes = [OP.localGet, 2]
  return [
    ...[0, ...takeStep(globals)],
    ...[...get(globals.steps), ...bytes, OP.i32Const, BULK_BYTES_SHIFT, OP.i32ShrU, OP.i64ExtendI32U],
    ...takeTop('i64', globals.steps),
    ...[OP.localGet, 0, OP.localGet, 1, ...bytes, ...work, OP.end],
  ]
}

/**
 * Gives pages of the memory, all of which is there from the start: what memory.grow would have to ask of the machine could fail
 * for reasons that are not the program's, and takes a fraction of a millisecond a page.
 */
function growBody(globals: MeterGlobals): number[] {
  const more = [OP.localGet, 0, OP.i64ExtendI32U]
  const pages = get(globals.pages)
  return [
    ...[0, ...takeStep(globals)],
    ...[
      ...pages,
      OP.i64ExtendI32U,
      ...more,
      OP.i64Add,
      ...get(globals.pagesMost),
      OP.i64ExtendI32U,
      OP.i64GtU,
    ],
    ...[OP.if, NO_RESULT, OP.i32Const, ...signedLeb(-1), OP.return, OP.end],
    ...[...get(globals.steps), ...more, OP.i64Const, ...signedLeb(PAGE_STEPS), OP.i64Mul],
    ...takeTop('i64', globals.steps),
    ...[...pages, ...pages, OP.localGet, 0, OP.i32Add, ...set(globals.pages), OP.end],
  ]
}
