import type { PlainValue } from '../PlainValue.js'
import type { JsOutcome } from './outcome.js'
import type { WasmModule } from './webAssembly.js'

/** What a thread is started with. */
export interface ThreadSetting {
  readonly engine: WasmModule
  /** UTF-8 of the program. */
  readonly program: Uint8Array
  readonly bounds: CallBounds
  /** Names of the functions handed in. */
  readonly functions: readonly string[]
  /** Where functions are asked for; the thread waits on `signal`, which is 1 once the answer lies there. */
  readonly port: MessagePortLike
  readonly signal: SharedArrayBuffer
}

/** What a call may use; each is counted inside, so that it means the same everywhere. */
export interface CallBounds {
  readonly steps: number
  readonly memoryBytes: number
  readonly outputBytes: number
}

/** The part of a message port that both sides use. */
export interface MessagePortLike {
  postMessage(value: unknown): void
}

/** A call that a thread is told to make. */
export interface CallOrder {
  readonly name: string
  readonly args: readonly PlainValue[]
  /** 53 bits that `Math.random` starts from. */
  readonly seed: number
}

/** What a thread says of it. */
export type CallAnswer = JsOutcome

/** A function handed in that the program called. */
export interface FunctionRequest {
  readonly name: string
  readonly args: readonly PlainValue[]
}

/** What came of it. */
export type FunctionReply =
  | { readonly kind: 'value'; readonly value: PlainValue | undefined }
  /** Shown to the program as an error with this message. */
  | { readonly kind: 'threw'; readonly message: string }
  /** Nothing that a program could be given: the call ends. */
  | { readonly kind: 'unusable'; readonly detail: string }
