import { types } from 'node:util'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { printable, wordsOfThrown } from '../../errors/index.js'
import { plainValueOf } from '../plainValueOf.js'
import type {
  CallAnswer,
  CallBounds,
  CallOrder,
  FunctionReply,
  FunctionRequest,
  ThreadSetting,
} from './messages.js'
import type { WasmModule } from './webAssembly.js'

/** A function that a program may call: plain values in, one plain value or nothing out. */
export type SandboxFunction = (...args: never[]) => unknown

/** Its own stack: eight times what programs may use of it, so that its end is never met. */
const STACK_MB = 64

/** What a program is told of an error that a function threw. */
const MESSAGE_LIMIT = 300

/** What a thread is made of. */
export interface ThreadParts {
  readonly engine: WasmModule
  readonly program: Uint8Array
  readonly bounds: CallBounds
  readonly functions: Readonly<Record<string, SandboxFunction>>
}

/** A thread that runs one program, call by call. It keeps no process alive while it waits. */
export class SandboxThread {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #signal: Int32Array
  readonly #functions: Readonly<Record<string, SandboxFunction>>
  #resolve: ((answer: CallAnswer) => void) | undefined
  #error: unknown

  constructor(workerProgram: string, { engine, program, bounds, functions }: ThreadParts) {
    const { port1, port2 } = new MessageChannel()
    const signal = new SharedArrayBuffer(4)
    this.#port = port1
    this.#signal = new Int32Array(signal)
    this.#functions = functions
    const workerData: ThreadSetting = {
      engine,
      program,
      bounds,
      functions: Object.keys(functions),
      port: port2,
      signal,
    }
    this.#worker = new Worker(workerProgram, {
      eval: true,
      execArgv: [],
      env: {},
      workerData,
      transferList: [port2],
      resourceLimits: { stackSizeMb: STACK_MB },
    })
    this.#worker.unref()
    port1.on('message', (request: FunctionRequest) => this.#asked(request))
    // After the listener: a port that gets one holds its process again.
    port1.unref()
    this.#worker.on('message', (answer: CallAnswer) => this.#settle(answer))
    this.#worker.on('error', (error) => {
      this.#error = error
    })
    this.#worker.on('exit', (code) => {
      const words = this.#error === undefined ? `with code ${code}` : `with ${wordsOfThrown(this.#error)}`
      this.#settle({
        kind: 'notScored',
        reason: 'crashed',
        detail: printable(`The thread ended ${words}.`, MESSAGE_LIMIT),
      })
    })
  }

  /** Makes one call; one at a time. */
  run(order: CallOrder): Promise<CallAnswer> {
    this.#worker.ref()
    return new Promise((resolve) => {
      this.#resolve = resolve
      this.#worker.postMessage(order)
    })
  }

  /** Ends the thread wherever it is; a call it was making is not scored. */
  async end(): Promise<void> {
    this.#port.close()
    await this.#worker.terminate()
  }

  #settle(answer: CallAnswer): void {
    this.#worker.unref()
    this.#resolve?.(answer)
    this.#resolve = undefined
  }

  #asked({ name, args }: FunctionRequest): void {
    this.#port.postMessage(this.#replyOf(name, args))
    Atomics.store(this.#signal, 0, 1)
    Atomics.notify(this.#signal, 0)
  }

  #replyOf(name: string, args: FunctionRequest['args']): FunctionReply {
    let value: unknown
    try {
      value = this.#functions[name]?.(...(args as never[]))
    } catch (error) {
      return { kind: 'threw', message: printable(wordsOfThrown(error), MESSAGE_LIMIT) }
    }
    try {
      return { kind: 'value', value: value === undefined ? value : plainValueOf(`functions.${name}`, value) }
    } catch (error) {
      if (types.isPromise(value)) value.catch(() => {})
      return { kind: 'unusable', detail: printable(wordsOfThrown(error), MESSAGE_LIMIT) }
    }
  }
}
