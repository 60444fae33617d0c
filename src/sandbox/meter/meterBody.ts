import { get, giveFrame, type MeterGlobals, takeFrame, takeStep } from './meterGlobals.js'
import { OP, PREFIXED } from './opcodes.js'
import { skipImmediates, skipPrefixedImmediates } from './skipImmediates.js'
import type { StandIns } from './standIns.js'
import { leb, WasmBytes } from './WasmBytes.js'

/** What the body of a function has to know of its type. */
export interface FunctionType {
  readonly parameters: number
  /** A block with the function's results. */
  readonly blockType: number
}

/** Bytes of a frame besides its variables: the return address, and values between operations. */
const FRAME_BYTES = 512

/**
 * The body with its meter: steps at its start and at each turn of a loop, and a frame for as long as it runs, where it calls
 * others. It becomes a block then, so that each way out of it leads past what gives the frame back.
 */
export function meterBody(
  body: Uint8Array,
  type: FunctionType,
  globals: MeterGlobals,
  standIns: StandIns,
): Uint8Array[] {
  const code = new WasmBytes(body)
  const variables = type.parameters + skipLocals(code)
  const frame = 8 * variables + FRAME_BYTES
  const hasFrame = callsOthers(new WasmBytes(body.subarray(code.at)))
  const step = Uint8Array.from(takeStep(globals))
  const out: Uint8Array[] = [body.subarray(0, code.at)]
  if (hasFrame) out.push(Uint8Array.from(takeFrame(globals, frame)))
  out.push(step)
  if (hasFrame) out.push(Uint8Array.of(OP.block, type.blockType))
  let copied = code.at
  let depth = 0
  const replace = (start: number, by: readonly number[]) => {
    out.push(body.subarray(copied, start), Uint8Array.from(by))
    copied = code.at
  }
  while (!code.isAtEnd) {
    const start = code.at
    const opcode = code.byte()
    if (opcode === OP.prefix) {
      const prefixed = code.u32()
      skipPrefixedImmediates(code, prefixed)
      if (prefixed === PREFIXED.memoryCopy) replace(start, [OP.call, ...leb(standIns.copy)])
      if (prefixed === PREFIXED.memoryFill) replace(start, [OP.call, ...leb(standIns.fill)])
      continue
    }
    skipImmediates(code, opcode)
    if (opcode === OP.block || opcode === OP.if || opcode === OP.loop) depth++
    if (opcode === OP.end) depth--
    if (opcode === OP.loop) {
      out.push(body.subarray(copied, code.at), step)
      copied = code.at
    }
    if (opcode === OP.memorySize) replace(start, get(globals.pages))
    if (opcode === OP.memoryGrow) replace(start, [OP.call, ...leb(standIns.grow)])
    if (opcode === OP.return && hasFrame) replace(start, [OP.br, ...leb(depth)])
  }
  out.push(body.subarray(copied))
  if (hasFrame) out.push(Uint8Array.from([...giveFrame(globals, frame), OP.end]))
  return out
}

/** Passes over the declarations of local variables; how many there are. */
function skipLocals(code: WasmBytes): number {
  const groups = code.u32()
  let locals = 0
  for (let index = 0; index < groups; index++) {
    locals += code.u32()
    code.byte()
  }
  return locals
}

function callsOthers(code: WasmBytes): boolean {
  while (!code.isAtEnd) {
    const opcode = code.byte()
    if (opcode === OP.call || opcode === OP.callIndirect) return true
    if (opcode === OP.prefix) skipPrefixedImmediates(code, code.u32())
    else skipImmediates(code, opcode)
  }
  return false
}
