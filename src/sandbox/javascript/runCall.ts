import type { PlainValue } from '../PlainValue.js'
import { CopyIn } from './CopyIn.js'
import { CopyOut } from './CopyOut.js'
import { Ended } from './Ended.js'
import { type Box, Engine } from './Engine.js'
import type { EngineMemory } from './EngineMemory.js'
import type { CallAnswer, CallBounds, CallOrder, FunctionReply, FunctionRequest } from './messages.js'
import type { JsOutcome } from './outcome.js'
import { type WasmModule, webAssembly } from './webAssembly.js'

/** Steps that a call of a function handed in costs, besides those for copying. */
export const FUNCTION_STEPS = 10_000

/** What stays the same from call to call. */
export interface CallSetting {
  readonly engine: WasmModule
  readonly memory: EngineMemory
  readonly program: Uint8Array
  readonly bounds: CallBounds
  readonly functions: readonly string[]
  /** Has the function called outside, and waits for it. */
  readonly ask: (request: FunctionRequest) => FunctionReply
}

/** Runs the program in an engine of its own, calls one of its functions, and copies out what it returns. */
export function runCall(setting: CallSetting, order: CallOrder): CallAnswer {
  const call = new ProgramCall(setting, order)
  try {
    return call.run()
  } catch (error) {
    return call.outcomeOf(error)
  } finally {
    setting.memory.clear(call.pages)
  }
}

/** A function handed in gave what no program can be given: the program is not to blame. */
class UnusableFunction extends Error {}

class ProgramCall {
  readonly #setting: CallSetting
  readonly #order: CallOrder
  #engine: Engine | undefined
  #copyIn: CopyIn | undefined

  constructor(setting: CallSetting, order: CallOrder) {
    this.#setting = setting
    this.#order = order
  }

  /** Pages of the memory that may have been written to. */
  get pages(): number {
    return this.#engine?.pages ?? this.#setting.memory.pages
  }

  run(): JsOutcome {
    const { engine: module, memory, bounds, functions, program } = this.#setting
    const engine = new Engine(module, memory, bounds, this.#order.seed, (name, args) =>
      this.#asked(name, args),
    )
    this.#engine = engine
    const copyIn = new CopyIn(engine)
    this.#copyIn = copyIn
    for (const name of functions) engine.defineFunction(name)
    const exported = engine.settled(engine.evaluate(program))
    const func = engine.property(exported, this.#order.name)
    if (engine.exports.qjs_is_function(func) === 0) {
      throw new Ended('noFunction', `The program exports no function named ${this.#order.name}.`)
    }
    const args = this.#order.args.map((arg) => copyIn.of(arg))
    const returned = engine.settled(engine.call(func, args))
    const value = new CopyOut(engine, bounds.outputBytes).of(returned, 'value')
    return { kind: 'ok', value, steps: engine.stepsUsed }
  }

  /** What is thrown out of an engine, as the outcome of the call. What was used up is told by the meter, whatever came of it. */
  outcomeOf(error: unknown): JsOutcome {
    const engine = this.#engine
    const steps = engine?.stepsUsed ?? 0
    if (engine?.isOutOfSteps === true) {
      const detail = `More than ${this.#setting.bounds.steps} steps.`
      return { kind: 'failed', reason: 'steps', detail, steps }
    }
    if (engine?.isOutOfStack === true) {
      return { kind: 'failed', reason: 'stack', detail: 'Calls are nested too deep.', steps }
    }
    if (error instanceof Ended) return { kind: 'failed', reason: error.reason, detail: error.detail, steps }
    if (error instanceof UnusableFunction) {
      return { kind: 'notScored', reason: 'function', detail: error.message }
    }
    // A trap is part of what WebAssembly means, and so the same everywhere; anything else is the machine's.
    if (error instanceof webAssembly().RuntimeError) {
      return { kind: 'failed', reason: 'crashed', detail: error.message, steps }
    }
    return { kind: 'notScored', reason: 'crashed', detail: String(error) }
  }

  #asked(name: string, boxes: readonly Box[]): Box {
    const engine = this.#engine
    const copyIn = this.#copyIn
    if (engine === undefined || copyIn === undefined)
      throw new Ended('crashed', 'A function was called too early.')
    engine.takeSteps(FUNCTION_STEPS)
    let args: PlainValue[]
    try {
      const copy = new CopyOut(engine, this.#setting.bounds.outputBytes)
      args = boxes.map((box, index) => copy.of(box, `${name} argument ${index}`))
    } catch (error) {
      if (error instanceof Ended && error.reason === 'badValue') return engine.throwInside(error.detail)
      throw error
    }
    const reply = this.#setting.ask({ name, args })
    if (reply.kind === 'threw') return engine.throwInside(reply.message)
    if (reply.kind === 'unusable') throw new UnusableFunction(reply.detail)
    return reply.value === undefined
      ? engine.sound(engine.exports.qjs_get_undefined())
      : copyIn.of(reply.value)
  }
}
