import { METER_EXPORTS } from '../meter/meterGlobals.js'
import { MEMORY_IMPORT } from '../meter/meterModule.js'
import { Ended } from './Ended.js'
import type { EngineMemory } from './EngineMemory.js'
import type { CallBounds } from './messages.js'
import { type WasmGlobal, type WasmModule, webAssembly } from './webAssembly.js'

/** Address of a boxed value inside; 0 where there was no memory for the box. */
export type Box = number

/** Bytes of frames that a program may be in: the thread's own stack is eight times as large and is never used up. */
const FRAMES_BYTES = 8 * 2 ** 20

/** Bytes of the engine's own stack; beyond them a program gets a RangeError, as in any engine. */
const STACK_BYTES = 512 * 1024

/** Names and messages of errors are cut to this. */
const MOST_DETAIL = 300

/** What a program has besides the base objects: all but WeakRef, whose life shows the collector, and clocks of finer grain. */
const INTRINSICS = 0b0001_1111_1111 | (1 << 12)

const EVAL_MODULE = 1
const FULFILLED = 1
const REJECTED = 2
/** Writable and configurable, and not listed. */
const PLAIN_PROPERTY = 3

/** What the engine exports and is used here; all pointers are addresses in its memory. */
interface EngineExports {
  readonly [METER_EXPORTS.steps]: WasmGlobal<bigint>
  readonly [METER_EXPORTS.stack]: WasmGlobal
  readonly [METER_EXPORTS.pages]: WasmGlobal
  readonly [METER_EXPORTS.pagesMost]: WasmGlobal
  _initialize(): void
  qjs_init2(intrinsics: number): number
  qjs_set_memory_limit(bytes: number): void
  qjs_set_max_stack_size(bytes: number): void
  wasm_malloc(bytes: number): number
  wasm_free(at: number): void
  qjs_eval(code: number, length: number, file: number, flags: number): Box
  qjs_get_global(): Box
  qjs_get_undefined(): Box
  qjs_get_null(): Box
  qjs_get_true(): Box
  qjs_get_false(): Box
  qjs_new_string(at: number, length: number): Box
  qjs_new_number(value: number): Box
  qjs_new_object(): Box
  qjs_new_array(): Box
  qjs_new_array_buffer(at: number, length: number): Box
  qjs_new_error(): Box
  qjs_new_host_function(name: number, length: number, args: number): Box
  qjs_call(func: Box, self: Box, count: number, args: number): Box
  qjs_call_constructor(func: Box, count: number, args: number): Box
  qjs_throw(value: Box): Box
  qjs_get_exception(): Box
  qjs_is_exception(value: Box): number
  qjs_is_uncatchable_error(value: Box): number
  qjs_is_undefined(value: Box): number
  qjs_is_null(value: Box): number
  qjs_is_bool(value: Box): number
  qjs_is_number(value: Box): number
  qjs_is_string(value: Box): number
  qjs_is_big_int(value: Box): number
  qjs_is_symbol(value: Box): number
  qjs_is_object(value: Box): number
  qjs_is_function(value: Box): number
  qjs_is_array(value: Box): number
  qjs_is_proxy(value: Box): number
  qjs_is_promise(value: Box): number
  qjs_is_error(value: Box): number
  qjs_get_class_name(value: Box): Box
  qjs_get_bool(value: Box): number
  qjs_get_float64(value: Box): number
  qjs_get_string_len(value: Box, length: number): number
  qjs_free_cstring(at: number): void
  qjs_get_value_ptr(value: Box): number
  qjs_get_own_property_names(value: Box): Box
  qjs_get_prop_value(value: Box, key: Box): Box
  qjs_get_prop_string(value: Box, name: number): Box
  qjs_get_prop_uint32(value: Box, index: number): Box
  qjs_define_prop_string(value: Box, name: number, property: Box, flags: number): number
  qjs_define_prop_value(value: Box, key: Box, property: Box, flags: number): number
  qjs_get_typed_array_buffer(value: Box, offset: number, bytes: number, each: number): Box
  qjs_get_array_buffer(value: Box, length: number): number
  qjs_free_value(value: Box): void
  qjs_promise_state(value: Box): number
  qjs_promise_result(value: Box): Box
  qjs_is_job_pending(): number
  qjs_execute_pending_job(): number
}

/** Answers a program's call of a function that was handed in, with a box; 0 after something was thrown inside. */
export type HostCall = (name: string, args: readonly Box[]) => Box

/**
 * QuickJS in WebAssembly, metered and as new: a door to the functions it exports, in boxes of values. Whatever fails inside ends in an `Ended`
 * or a trap; after either the engine is good for nothing.
 */
export class Engine {
  readonly exports: EngineExports
  readonly #steps: number
  readonly #scratch: number
  readonly #views: { readonly bytes: Uint8Array; readonly data: DataView }

  /**
   * @param place - memory that is all zeros.
   * @param seed - what `Math.random` starts from: the clock shows it, in microseconds, while the context is made, and 0 from then on.
   */
  constructor(
    module: WasmModule,
    { memory, pages }: EngineMemory,
    bounds: CallBounds,
    seed: number,
    hostCall: HostCall,
  ) {
    this.#views = { bytes: new Uint8Array(memory.buffer), data: new DataView(memory.buffer) }
    this.#steps = bounds.steps
    let clockUs = BigInt(seed)
    const { Instance } = webAssembly()
    const instance = new Instance(module, {
      [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory },
      env: {
        host_call: (name: number, length: number, _self: Box, count: number, args: number) => {
          const boxes = Array.from({ length: count }, (_, index) =>
            this.#views.data.getUint32(args + 4 * index, true),
          )
          return hostCall(this.text(name, length), boxes)
        },
        host_interrupt: () => 0,
        host_promise_rejection: () => {},
        host_module_normalize: () => 0,
        host_module_load: () => 0,
        host_get_timezone_offset: () => 0,
      },
      wasi_snapshot_preview1: {
        clock_time_get: (_clock: number, _precision: bigint, at: number) => {
          this.#views.data.setBigUint64(at, clockUs * 1_000n, true)
          return 0
        },
        // The memory is all zeros: what was random is so too.
        random_get: () => 0,
        fd_close: () => WASI_REFUSED,
        fd_fdstat_get: () => WASI_REFUSED,
        fd_seek: () => WASI_REFUSED,
        fd_write: () => WASI_REFUSED,
      },
    })
    this.exports = instance.exports as EngineExports
    this.exports[METER_EXPORTS.steps].value = BigInt(Number.MAX_SAFE_INTEGER)
    this.exports[METER_EXPORTS.stack].value = FRAMES_BYTES
    this.exports[METER_EXPORTS.pagesMost].value = pages
    this.exports._initialize()
    if (this.exports.qjs_init2(INTRINSICS) !== 0) throw new Ended('memory', 'No room for the engine itself.')
    clockUs = 0n
    this.#scratch = this.#allocate(16)
    this.exports.qjs_set_memory_limit(bounds.memoryBytes)
    this.exports.qjs_set_max_stack_size(STACK_BYTES)
    this.exports[METER_EXPORTS.steps].value = BigInt(bounds.steps)
  }

  /** Pages of its memory that it may have written to. */
  get pages(): number {
    return this.exports[METER_EXPORTS.pages].value
  }

  get stepsUsed(): number {
    const left = Number(this.exports[METER_EXPORTS.steps].value)
    return this.#steps - Math.max(left, 0)
  }

  get isOutOfSteps(): boolean {
    return this.exports[METER_EXPORTS.steps].value < 0n
  }

  get isOutOfStack(): boolean {
    return this.exports[METER_EXPORTS.stack].value < 0
  }

  /** Takes steps for work that is done outside. */
  takeSteps(steps: number): void {
    const left = this.exports[METER_EXPORTS.steps].value - BigInt(steps)
    this.exports[METER_EXPORTS.steps].value = left
    if (left < 0n) throw new Ended('steps', '')
  }

  /** Runs a program as a module; a box of the promise of what it exports. */
  evaluate(program: Uint8Array): Box {
    const file = this.#cString('program.js')
    const [at, length] = this.#write(program)
    const box = this.sound(this.exports.qjs_eval(at, length, file, EVAL_MODULE))
    this.exports.wasm_free(at)
    return box
  }

  /**
   * The value itself, or of a promise what it came to once all that can run has run.
   */
  settled(box: Box): Box {
    if (this.exports.qjs_is_promise(box) === 0) return box
    while (this.exports.qjs_promise_state(box) === 0 && this.exports.qjs_is_job_pending() !== 0) {
      if (this.exports.qjs_execute_pending_job() < 0) this.#throwPending()
    }
    const state = this.exports.qjs_promise_state(box)
    if (state === FULFILLED) return this.sound(this.exports.qjs_promise_result(box))
    if (state === REJECTED) throw this.#thrown(this.exports.qjs_promise_result(box))
    throw new Ended('unsettled', 'Nothing is left that could settle its promise.')
  }

  call(func: Box, args: readonly Box[]): Box {
    return this.sound(
      this.exports.qjs_call(func, this.exports.qjs_get_undefined(), args.length, this.#boxes(args)),
    )
  }

  construct(type: Box, args: readonly Box[]): Box {
    return this.sound(this.exports.qjs_call_constructor(type, args.length, this.#boxes(args)))
  }

  /** A box that holds a value; what was thrown instead ends the call. */
  sound(box: Box): Box {
    if (box === 0) throw new Ended('memory', 'Out of memory.')
    if (this.exports.qjs_is_exception(box) !== 0) this.#throwPending()
    return box
  }

  /** A property of a built-in object, looked up before any of the program has run. */
  property(box: Box, name: string): Box {
    const at = this.#cString(name)
    const found = this.sound(this.exports.qjs_get_prop_string(box, at))
    this.exports.wasm_free(at)
    return found
  }

  define(box: Box, key: Box, value: Box, flags = 7): void {
    if (this.exports.qjs_define_prop_value(box, key, value, flags) < 0) this.#throwPending()
  }

  /** Puts a function on the global object that comes out at `hostCall`. */
  defineFunction(name: string): void {
    const [at, length] = this.#write(new TextEncoder().encode(name))
    const func = this.sound(this.exports.qjs_new_host_function(at, length, 0))
    const global = this.sound(this.exports.qjs_get_global())
    this.define(global, this.newString(name), func, PLAIN_PROPERTY)
  }

  /** Throws an error inside; what a host call returns then. */
  throwInside(message: string): 0 {
    const error = this.sound(this.exports.qjs_new_error())
    this.define(error, this.newString('message'), this.newString(message), PLAIN_PROPERTY)
    this.exports.qjs_throw(error)
    return 0
  }

  newString(text: string): Box {
    const [at, length] = this.#write(new TextEncoder().encode(text))
    const box = this.sound(this.exports.qjs_new_string(at, length))
    this.exports.wasm_free(at)
    return box
  }

  newBuffer(bytes: Uint8Array): Box {
    const [at, length] = this.#write(bytes)
    const box = this.sound(this.exports.qjs_new_array_buffer(at, length))
    this.exports.wasm_free(at)
    return box
  }

  /** The text of a string or a bigint. @throws Ended when it takes more bytes, or has half a surrogate pair. */
  string(box: Box, mostBytes: number): string {
    const at = this.exports.qjs_get_string_len(box, this.#scratch)
    if (at === 0) this.#throwPending()
    const length = this.word(0)
    if (length > mostBytes) throw new Ended('badValue', 'is larger than the output allowed')
    const bytes = this.#views.bytes.slice(at, at + length)
    this.exports.qjs_free_cstring(at)
    try {
      return strictText.decode(bytes)
    } catch {
      throw new Ended('badValue', 'has text with half a surrogate pair')
    }
  }

  className(box: Box): string {
    const name = this.sound(this.exports.qjs_get_class_name(box))
    return this.exports.qjs_is_string(name) === 0 ? '' : this.string(name, MOST_DETAIL)
  }

  /** Bytes of the buffer that a column of numbers looks at, copied. */
  columnBytes(box: Box, mostBytes: number): Uint8Array<ArrayBuffer> {
    const scratch = this.#scratch
    const buffer = this.sound(this.exports.qjs_get_typed_array_buffer(box, scratch, scratch + 4, scratch + 8))
    const [offset, bytes] = [this.word(0), this.word(1)]
    if (bytes > mostBytes) throw new Ended('badValue', 'is larger than the output allowed')
    const at = this.exports.qjs_get_array_buffer(buffer, scratch + 12)
    const isInside = at !== 0 && offset + bytes <= this.word(3)
    if (!isInside && bytes > 0) throw new Ended('badValue', 'looks at a buffer that is gone')
    const copy = new Uint8Array(this.#views.bytes.subarray(at + offset, at + offset + bytes))
    this.exports.qjs_free_value(buffer)
    return copy
  }

  /** A word that was written to the scratch area. */
  word(index: number): number {
    return this.#views.data.getUint32(this.#scratch + 4 * index, true)
  }

  text(at: number, length: number): string {
    return new TextDecoder().decode(this.#views.bytes.slice(at, at + length))
  }

  #throwPending(): never {
    throw this.#thrown(this.exports.qjs_get_exception())
  }

  /** What was thrown, by the name and message that it has of its own: reading them may run the program, which is metered like the rest. */
  #thrown(box: Box): Ended {
    if (box === 0 || this.exports.qjs_is_uncatchable_error(box) !== 0)
      return new Ended('memory', 'Out of memory.')
    const detail = this.#wordsOf(box).slice(0, MOST_DETAIL)
    return new Ended(detail === STACK_OVERFLOW ? 'stack' : 'threw', detail)
  }

  #wordsOf(box: Box): string {
    if (this.exports.qjs_is_error(box) === 0)
      return this.exports.qjs_is_string(box) === 0 ? 'Something that is no error.' : this.#short(box)
    const [name, message] = ['name', 'message'].map((key) => {
      const at = this.#cString(key)
      const value = this.exports.qjs_get_prop_string(box, at)
      return value !== 0 && this.exports.qjs_is_string(value) !== 0 ? this.#short(value) : ''
    })
    return `${name}: ${message}`
  }

  #short(box: Box): string {
    const at = this.exports.qjs_get_string_len(box, this.#scratch)
    return at === 0 ? '' : this.text(at, Math.min(this.word(0), MOST_DETAIL))
  }

  #boxes(args: readonly Box[]): number {
    const at = this.#allocate(4 * args.length)
    for (const [index, box] of args.entries()) this.#views.data.setUint32(at + 4 * index, box, true)
    return at
  }

  #cString(text: string): number {
    const bytes = new TextEncoder().encode(text)
    const at = this.#allocate(bytes.length + 1)
    this.#views.bytes.set(bytes, at)
    this.#views.bytes[at + bytes.length] = 0
    return at
  }

  /** Address and length of a copy, with a zero behind it. */
  #write(bytes: Uint8Array): [number, number] {
    const at = this.#allocate(bytes.length + 1)
    this.#views.bytes.set(bytes, at)
    this.#views.bytes[at + bytes.length] = 0
    return [at, bytes.length]
  }

  #allocate(bytes: number): number {
    const at = this.exports.wasm_malloc(bytes)
    if (at === 0) throw new Ended('memory', 'Out of memory.')
    return at
  }
}

/** "Not supported", of WASI. */
const WASI_REFUSED = 58

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const STACK_OVERFLOW = 'RangeError: Maximum call stack size exceeded'
