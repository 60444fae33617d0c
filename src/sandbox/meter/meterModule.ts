import { assert } from '../../errors/index.js'
import { type FunctionType, meterBody } from './meterBody.js'
import { METER_EXPORTS, type MeterGlobals } from './meterGlobals.js'
import { NO_RESULT, OP, TYPE } from './opcodes.js'
import { STAND_IN_TYPE_OF, STAND_IN_TYPES, type StandIns, standInBodies } from './standIns.js'
import { leb, signedLeb, WasmBytes } from './WasmBytes.js'

/** Where a metered module imports its memory from, which it had of its own before. */
export const MEMORY_IMPORT = { module: 'meter', name: 'memory' } as const

const SECTION = {
  type: 1,
  import: 2,
  function: 3,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const

const HEADER_BYTES = 8

/**
 * A module that does what the given one does, and counts. It takes a step for each function entered, each turn of a loop and
 * each 64 bytes that are moved or filled at once, and bytes of stack for each function it is in. When one of them is used
 * up it ends with a trap that nothing inside can catch. What is counted depends on the module and its input alone: on no clock,
 * no address outside of its memory, no compiler and no processor.
 *
 * It is given its memory from outside, whose size is the caller's.
 *
 * @param module - one of our own choice, and not written by an adversary.
 * @throws InvariantError when it has a form that is not known here.
 * PERF: a pass over the module, about 50 ms for 640 kB.
 */
export function meterModule(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(module)
  const facts = factsOf(sections)
  const { types, functions, globals: first } = facts
  const globals: MeterGlobals = { steps: first, stack: first + 1, pages: first + 2, pagesMost: first + 3 }
  const standIns: StandIns = { copy: functions, fill: functions + 1, grow: functions + 2 }
  const exports = Object.values(METER_EXPORTS).map((text, index) => [...name(text), 3, ...leb(first + index)])
  const appended: Readonly<Record<number, readonly (readonly number[])[]>> = {
    [SECTION.type]: STAND_IN_TYPES,
    [SECTION.import]: [
      [...name(MEMORY_IMPORT.module), ...name(MEMORY_IMPORT.name), 2, 0, ...leb(facts.memoryPages)],
    ],
    [SECTION.function]: STAND_IN_TYPE_OF.map((type) => leb(types + type)),
    [SECTION.global]: [
      [TYPE.i64, 1, OP.i64Const, 0, OP.end],
      [TYPE.i32, 1, OP.i32Const, 0, OP.end],
      [TYPE.i32, 1, OP.i32Const, ...signedLeb(facts.memoryPages), OP.end],
      [TYPE.i32, 1, OP.i32Const, 0, OP.end],
    ],
    [SECTION.export]: exports,
  }
  const out: Uint8Array[] = [module.subarray(0, HEADER_BYTES)]
  for (const { id, bytes } of sections) {
    if (id === SECTION.memory) continue
    const entries = appended[id]
    if (entries !== undefined) out.push(section(id, withEntries(bytes, entries)))
    else if (id === SECTION.code) out.push(section(id, meterCode(bytes, facts.typeOf, globals, standIns)))
    else out.push(section(id, [bytes]))
  }
  return joined(out)
}

function meterCode(
  bytes: Uint8Array,
  typeOf: readonly FunctionType[],
  globals: MeterGlobals,
  standIns: StandIns,
): Uint8Array[] {
  const reader = new WasmBytes(bytes)
  const count = reader.u32()
  const bodies = standInBodies(globals)
  const out: Uint8Array[] = [Uint8Array.from(leb(count + bodies.length))]
  for (let index = 0; index < count; index++) {
    const type = typeOf[index]
    assert(type !== undefined, 'The module has more bodies than functions.')
    out.push(...sized(meterBody(reader.take(reader.u32()), type, globals, standIns)))
  }
  for (const body of bodies) out.push(...sized([Uint8Array.from(body)]))
  return out
}

interface Section {
  readonly id: number
  readonly bytes: Uint8Array
}

function sectionsOf(module: Uint8Array): Section[] {
  const reader = new WasmBytes(module)
  reader.take(HEADER_BYTES)
  const sections: Section[] = []
  while (!reader.isAtEnd) {
    const id = reader.byte()
    sections.push({ id, bytes: reader.take(reader.u32()) })
  }
  // A function that runs when the module is made would run before there are steps.
  assert(!sections.some(({ id }) => id === SECTION.start), 'The module has a start function.')
  return sections
}

interface Facts {
  readonly types: number
  /** Those it imports and those of its own. */
  readonly functions: number
  readonly globals: number
  readonly memoryPages: number
  /** Of each function of its own. */
  readonly typeOf: readonly FunctionType[]
}

function factsOf(sections: readonly Section[]): Facts {
  const readerOf = (id: number): WasmBytes => {
    const found = sections.find((part) => part.id === id)
    assert(found !== undefined, `The module has no section ${id}.`)
    return new WasmBytes(found.bytes)
  }
  const imports = readerOf(SECTION.import)
  const imported = imports.u32()
  for (let index = 0; index < imported; index++) {
    imports.take(imports.u32())
    imports.take(imports.u32())
    assert(imports.byte() === 0, 'The module imports something else than functions.')
    imports.u32()
  }
  const memory = readerOf(SECTION.memory)
  assert(memory.u32() === 1, 'The module does not have one memory.')
  memory.byte()
  const types = functionTypes(readerOf(SECTION.type))
  const functions = readerOf(SECTION.function)
  const typeOf = Array.from({ length: functions.u32() }, () => {
    const type = types[functions.u32()]
    assert(type !== undefined, 'A function of the module has no type.')
    return type
  })
  return {
    types: types.length,
    functions: imported + typeOf.length,
    globals: readerOf(SECTION.global).u32(),
    memoryPages: memory.u32(),
    typeOf,
  }
}

function functionTypes(reader: WasmBytes): FunctionType[] {
  return Array.from({ length: reader.u32() }, () => {
    assert(reader.byte() === 0x60, 'The module has a type that is no function.')
    const parameters = reader.u32()
    reader.take(parameters)
    const results = reader.take(reader.u32())
    assert(results.length <= 1, 'A function of the module has several results.')
    return { parameters, blockType: results[0] ?? NO_RESULT }
  })
}

function withEntries(bytes: Uint8Array, entries: readonly (readonly number[])[]): Uint8Array[] {
  const reader = new WasmBytes(bytes)
  const count = reader.u32()
  return [
    Uint8Array.from(leb(count + entries.length)),
    bytes.subarray(reader.at),
    Uint8Array.from(entries.flat()),
  ]
}

function section(id: number, parts: readonly Uint8Array[]): Uint8Array {
  return joined([Uint8Array.of(id), ...sized(parts)])
}

function sized(parts: readonly Uint8Array[]): Uint8Array[] {
  return [Uint8Array.from(leb(parts.reduce((sum, part) => sum + part.length, 0))), ...parts]
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function name(text: string): number[] {
  return [...leb(text.length), ...new TextEncoder().encode(text)]
}
