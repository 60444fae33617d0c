import { types } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { bytesEqual } from '../../codec/index.js'
import { wordsOfThrown } from '../../errors/index.js'
import { type PlainValue, plainCopy, type SandboxFunction } from '../../sandbox/index.js'

/** A call of a function that was handed in: its arguments, and what it gave or threw, in bytes. */
export interface LoggedCall {
  readonly name: string
  readonly args: Uint8Array
  readonly gave: Uint8Array
  readonly threw: boolean
}

type Functions = Readonly<Record<string, SandboxFunction>>

/** What a function gave or threw, as the program gets it. */
type Reply = { readonly value: unknown } | { readonly error: unknown }

/** What is logged, in bytes; a run that says more is not known afterwards. */
const MOST_BYTES = 2 ** 18

/** Calls of the functions of one run, as they are made: by the program, or again as an earlier run made them. */
export class CallLog {
  /** Those to hand in. They give first what was had by `again`: the program makes the same calls. */
  readonly functions: Functions
  readonly #own: Functions
  /** Had, and not given to the program yet. */
  readonly #ahead: Reply[] = []
  #calls: LoggedCall[] | undefined = []
  #bytes = 0

  constructor(functions: Functions) {
    this.#own = functions
    this.functions = Object.fromEntries(
      Object.keys(functions).map((name): [string, SandboxFunction] => [
        name,
        (...args: unknown[]) => given(this.#ahead.shift() ?? this.#call(name, args)),
      ]),
    )
  }

  /** All calls; `undefined` where they are too large to be kept, or one gave what is no plain value. */
  get calls(): readonly LoggedCall[] | undefined {
    return this.#calls
  }

  /** Makes a call of an earlier run. @returns whether it came to the same. */
  again({ name, args, gave, threw }: LoggedCall): boolean {
    this.#ahead.push(this.#call(name, owned(deserialize(args)) as unknown[]))
    const now = this.#calls?.at(-1)
    return now !== undefined && now.threw === threw && bytesEqual(now.gave, gave)
  }

  #call(name: string, args: unknown[]): Reply {
    // What a function does to its arguments is its own matter.
    const asked = this.#calls && serialize(args)
    const reply = this.#replyOf(name, args)
    if (asked !== undefined) this.#log(name, asked, reply)
    return reply
  }

  #replyOf(name: string, args: unknown[]): Reply {
    let value: unknown
    try {
      value = this.#own[name]?.(...(args as never[]))
    } catch (error) {
      return { error }
    }
    try {
      // As it is now: a program that is told of it later gets no more than it would have got then.
      return { value: value === undefined ? value : plainCopy(`functions.${name}`, value as PlainValue) }
    } catch {
      // The sandbox refuses it when the program asks; of such a run nothing is known.
      this.#calls = undefined
      if (types.isPromise(value)) value.catch(() => {})
      return { value }
    }
  }

  #log(name: string, args: Uint8Array, reply: Reply): void {
    if (this.#calls === undefined) return
    const threw = 'error' in reply
    const gave = serialize(threw ? wordsOfThrown(reply.error) : reply.value)
    this.#bytes += name.length + args.length + gave.length
    if (this.#bytes <= MOST_BYTES) this.#calls.push({ name, args, gave, threw })
    else this.#calls = undefined
  }
}

/** What was read from bytes, with columns that have memory of their own in place of views of those bytes. */
export function owned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return new (value.constructor as Uint8ArrayConstructor)(value as Uint8Array)
  if (Array.isArray(value)) return value.map(owned)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, owned(item)]))
}

function given(reply: Reply): unknown {
  if ('error' in reply) throw reply.error
  return reply.value
}
