import { OP } from './opcodes.js'
import { leb, signedLeb } from './WasmBytes.js'

/** Indices of the globals that a metered module counts in. */
export interface MeterGlobals {
  readonly steps: number
  readonly stack: number
  readonly pages: number
  readonly pagesMost: number
}

/** Names under which a metered module exports them, in the order in which they are appended. */
export const METER_EXPORTS = {
  /** 64 bits: steps that are left; below zero they were used up. */
  steps: 'steps_left',
  /** 32 bits: bytes of frames that may still be entered; below zero calls were nested too deep. */
  stack: 'stack_left',
  /** 32 bits: pages of memory that the program has. */
  pages: 'pages',
  /** 32 bits: pages of memory that it may have. */
  pagesMost: 'pages_most',
} as const

/** Takes one step; traps when there is none left. */
export function takeStep(globals: MeterGlobals): number[] {
  return [...get(globals.steps), OP.i64Const, 1, ...takeTop('i64', globals.steps)]
}

/** Takes the bytes of a frame; traps when there are not as many left. */
export function takeFrame(globals: MeterGlobals, bytes: number): number[] {
  return [...get(globals.stack), OP.i32Const, ...signedLeb(bytes), ...takeTop('i32', globals.stack)]
}

/** Gives the bytes of a frame back. */
export function giveFrame(globals: MeterGlobals, bytes: number): number[] {
  return [...get(globals.stack), OP.i32Const, ...signedLeb(bytes), OP.i32Add, ...set(globals.stack)]
}

/** Subtracts the top of the stack from what is below it, keeps the difference in the global, and traps when it is below zero. */
export function takeTop(kind: 'i32' | 'i64', global: number): number[] {
  const [subtract, constant, isLess] =
    kind === 'i32' ? [OP.i32Sub, OP.i32Const, OP.i32LtS] : [OP.i64Sub, OP.i64Const, OP.i64LtS]
  return [subtract, ...set(global), ...get(global), constant, 0, isLess, OP.if, 0x40, OP.unreachable, OP.end]
}

export function get(global: number): number[] {
  return [OP.globalGet, ...leb(global)]
}

export function set(global: number): number[] {
  return [OP.globalSet, ...leb(global)]
}
