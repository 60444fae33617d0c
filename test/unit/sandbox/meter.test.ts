import { describe, expect, test } from 'vitest'
import { METER_EXPORTS } from '../../../src/sandbox/meter/meterGlobals.js'
import { MEMORY_IMPORT, meterModule } from '../../../src/sandbox/meter/meterModule.js'

/** A function of a small module: its type's index, its locals and its code. */
interface Func {
  readonly name: string
  readonly type: 'nothing' | 'oneToOne'
  /** How many 32-bit variables it has besides its parameters. */
  readonly locals?: number
  readonly code: readonly number[]
}

/** A module of one memory page with functions of no imports but `host` (index 0); the first function has index 1. */
function moduleOf(functions: readonly Func[], extra: readonly number[] = []): Uint8Array {
  const types = { nothing: 0, oneToOne: 1 }
  const text = (name: string) => [name.length, ...new TextEncoder().encode(name)]
  const section = (id: number, bytes: readonly number[]) => {
    const length = bytes.length
    return [id, ...(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), ...bytes]
  }
  const bodies = functions.flatMap(({ locals = 0, code }) => {
    const body = [...(locals > 0 ? [1, locals, 0x7f] : [0]), ...code, 0x0b]
    return [body.length, ...body]
  })
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(2, [1, ...text('env'), ...text('host'), 0, 0]),
    ...section(3, [functions.length, ...functions.map(({ type }) => types[type])]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 1, 0x41, 7, 0x0b]),
    ...section(7, [
      functions.length,
      ...functions.flatMap(({ name }, index) => [...text(name), 0, index + 1]),
    ]),
    ...extra,
    ...section(10, [functions.length, ...bodies]),
  ])
}

interface Running {
  readonly call: (name: string, ...args: number[]) => number
  readonly steps: () => number
  readonly stackLeft: () => number
}

type Exports = Record<string, (...args: number[]) => number> & Record<string, { value: number | bigint }>

async function start(module: Uint8Array, steps: number, stack = 10_000, pagesMost = 3): Promise<Running> {
  const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyForTests }).WebAssembly
  const memory = new wasm.Memory({ initial: pagesMost, maximum: pagesMost })
  const { instance } = await wasm.instantiate(meterModule(module), {
    [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
    env: { host: () => {} },
  })
  const exports = instance.exports as Exports
  exports[METER_EXPORTS.steps]!.value = BigInt(steps)
  exports[METER_EXPORTS.stack]!.value = stack
  exports[METER_EXPORTS.pagesMost]!.value = pagesMost
  return {
    call: (name, ...args) => (exports[name] as (...args: number[]) => number)(...args),
    steps: () => steps - Number(exports[METER_EXPORTS.steps]!.value),
    stackLeft: () => Number(exports[METER_EXPORTS.stack]!.value),
  }
}

interface WebAssemblyForTests {
  readonly Memory: new (size: { initial: number; maximum: number }) => unknown
  instantiate(module: Uint8Array, imports: object): Promise<{ instance: { exports: unknown } }>
}

/** `loop`: local 0 falls by one a turn, until it is 0. Returns it. */
const countDown: Func = {
  name: 'countDown',
  type: 'oneToOne',
  code: [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 0],
}
/** Calls itself with one less until it is 0, with an early `return`. */
const recurse: Func = {
  name: 'recurse',
  type: 'oneToOne',
  code: [0x20, 0, 0x45, 0x04, 0x40, 0x41, 42, 0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b, 0x10, 1],
}

describe('a metered module', () => {
  test('counts a step for each function entered and each turn of a loop', async () => {
    const running = await start(moduleOf([countDown]), 1_000)
    expect(running.call('countDown', 10)).toBe(0)
    expect(running.steps()).toBe(11)
    running.call('countDown', 1)
    expect(running.steps()).toBe(13)
  })

  test('traps at the very step that is one too many', async () => {
    const enough = await start(moduleOf([countDown]), 11)
    expect(enough.call('countDown', 10)).toBe(0)
    const tooFew = await start(moduleOf([countDown]), 10)
    expect(() => tooFew.call('countDown', 10)).toThrow('unreachable')
    expect(tooFew.steps()).toBe(11)
  })

  test('takes bytes of stack for each call that is open, by its variables, and gives them back', async () => {
    // 8 bytes for the parameter, and 512.
    const running = await start(moduleOf([recurse]), 1_000, 520 * 4)
    expect(running.call('recurse', 3)).toBe(42)
    expect(running.stackLeft()).toBe(520 * 4)
    expect(running.steps()).toBe(4)
    expect(() => running.call('recurse', 4)).toThrow('unreachable')
    expect(running.stackLeft()).toBe(-520)
  })

  test('takes no stack for a function that calls nobody', async () => {
    const running = await start(moduleOf([countDown]), 1_000, 0)
    expect(running.call('countDown', 2)).toBe(0)
  })

  test('counts a step for 64 bytes that are filled or copied, before it does so', async () => {
    const fill: Func = {
      name: 'fill',
      type: 'oneToOne',
      code: [0x41, 0, 0x41, 1, 0x20, 0, 0xfc, 11, 0, 0x20, 0],
    }
    const copy: Func = {
      name: 'copy',
      type: 'oneToOne',
      code: [0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 10, 0, 0, 0x20, 0],
    }
    const running = await start(moduleOf([fill, copy]), 1_000)
    running.call('fill', 6_400)
    expect(running.steps()).toBe(1 + 1 + 100)
    running.call('copy', 640)
    expect(running.steps()).toBe(102 + 1 + 1 + 10)
    expect(() => running.call('fill', 2 ** 31)).toThrow('unreachable')
  })

  test('has as many pages as it is allowed, and is refused more as it would be by WebAssembly', async () => {
    const grow: Func = { name: 'grow', type: 'oneToOne', code: [0x20, 0, 0x40, 0] }
    const size: Func = { name: 'size', type: 'oneToOne', code: [0x3f, 0] }
    const running = await start(moduleOf([grow, size]), 100_000)
    expect(running.call('size', 0)).toBe(1)
    expect(running.call('grow', 1)).toBe(1)
    expect(running.call('grow', 2)).toBe(-1)
    expect(running.call('grow', -1)).toBe(-1)
    expect(running.call('size', 0)).toBe(2)
    expect(running.call('grow', 1)).toBe(2)
    expect(running.call('grow', 0)).toBe(3)
  })

  test('keeps globals, imports and branches out of the middle as they are', async () => {
    const code = [
      // A block that is left by branching out of the whole function with the value 9, unless the argument is 0.
      ...[0x02, 0x40, 0x41, 9, 0x20, 0, 0x0d, 1, 0x1a, 0x0b],
      // The host is called, and the global's value is given.
      ...[0x10, 0, 0x23, 0],
    ]
    const running = await start(moduleOf([{ name: 'f', type: 'oneToOne', code }]), 1_000)
    expect(running.call('f', 1)).toBe(9)
    expect(running.call('f', 0)).toBe(7)
    expect(running.stackLeft()).toBe(10_000)
  })
})

describe('a module that cannot be metered', () => {
  test.each([
    [
      'an opcode that is not known',
      moduleOf([{ name: 'f', type: 'nothing', code: [0xfd, 12] }]),
      /0xfd, which is not known/,
    ],
    [
      'a bulk opcode that is not known',
      moduleOf([{ name: 'f', type: 'nothing', code: [0xfc, 99] }]),
      /0xfc 99, which/,
    ],
    [
      'a function that runs at once',
      moduleOf([{ name: 'f', type: 'nothing', code: [] }], [8, 1, 1]),
      /start function/,
    ],
    ['nothing behind its header', Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), /has no section/],
    ['an end in the middle', moduleOf([countDown]).subarray(0, 60), /ends in the middle/],
  ])('because it has %s is refused', (_, module, words) => {
    expect(() => meterModule(module)).toThrow(words)
  })
})
