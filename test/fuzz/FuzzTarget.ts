import { isDeepStrictEqual } from 'node:util'
import type { FuzzRandom } from './FuzzRandom.js'
import { type CostBound, leastCost } from './Meter.js'
import { mutated } from './mutate.js'

/** What became of one input. */
export interface Verdict {
  readonly isAccepted: boolean
  readonly ms: number
  readonly bytes: number
}

/** Something that reads what strangers write. */
export interface FuzzTarget {
  readonly name: string
  /** Of all inputs of a run, its part is this over the sum of all shares. */
  readonly share: number
  /** Tries one input, which is a pure function of `random`. Throws an error that says what was wrong. */
  try(random: FuzzRandom): Verdict | Promise<Verdict>
}

type ErrorClass = abstract new (...args: never[]) => Error

/** How a decoder is tried. */
export interface DecoderOptions<Value> {
  readonly share: number
  /** Inputs to begin from: valid ones, and such as were trouble once. */
  readonly corpus: readonly Uint8Array[]
  /** What it gives of refused input, instead of an error, is `undefined`. */
  readonly decode: (input: Uint8Array) => Value | undefined
  /** The only errors it may throw. */
  readonly refusals?: readonly ErrorClass[]
  /** Writes what was read; what that gives when it is read again must be equal. */
  readonly encode?: (value: Value) => Uint8Array
  /** What an independent decoder makes of it; `undefined` when it refuses. Both must agree. */
  readonly reference?: (input: Uint8Array) => { readonly value: unknown } | undefined
  /** Milliseconds and bytes that an input of a length may cost; by default those of `costBound`. */
  readonly bound?: (inputBytes: number) => CostBound
}

/**
 * What reading and writing an input again may cost, of the length of the input: 5 ms and a microsecond a byte, 256 KiB and 512 bytes a
 * byte (of what may be an array of empty maps, each of which is an object).
 */
export function costBound(inputBytes: number): CostBound {
  return { ms: 5 + inputBytes / 1_000, bytes: 262_144 + 512 * inputBytes }
}

/** A decoder as a target. */
export function decoder<Value>(name: string, options: DecoderOptions<Value>): FuzzTarget {
  const { share, corpus, bound = costBound } = options
  return {
    name,
    share,
    try(random) {
      const input = placed(mutated(random.pick(corpus), random, corpus), random)
      try {
        return judged(options, input, bound(input.length))
      } catch (cause) {
        const smallest = shrunk(input, (smaller) => {
          try {
            judged(options, smaller, bound(smaller.length))
            return false
          } catch (error) {
            return messageOf(error) === messageOf(cause)
          }
        })
        throw new TypeError(
          `${messageOf(cause)}\nsmallest input found: ${Buffer.from(smallest).toString('hex').slice(0, 2_000)}`,
          { cause },
        )
      }
    },
  }
}

/** The same bytes as carriers hand them on: alone, or as a view of a packet. */
function placed(input: Uint8Array, random: FuzzRandom): Uint8Array {
  if (random.oneIn(2)) return input
  const packet = Buffer.alloc(input.length + 9, 0xff)
  packet.set(input, 5)
  return packet.subarray(5, 5 + input.length)
}

function judged<Value>(options: DecoderOptions<Value>, input: Uint8Array, bound: CostBound): Verdict {
  const before = Buffer.from(input)
  let value: Value | undefined
  const cost = leastCost(() => {
    value = read(options, input)
  }, bound)
  if (!before.equals(input)) throw new TypeError('the input was written to')
  if (value !== undefined) assertSame(options, value)
  assertAgrees(options, input, value)
  return { isAccepted: value !== undefined, ...cost }
}

function read<Value>({ decode, refusals = [] }: DecoderOptions<Value>, input: Uint8Array): Value | undefined {
  try {
    return decode(input)
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined
    throw new TypeError(`it threw ${error instanceof Error ? error.stack : String(error)}`, { cause: error })
  }
}

function assertSame<Value>({ decode, encode }: DecoderOptions<Value>, value: Value): void {
  if (encode === undefined) return
  const again = decode(encode(value))
  if (!isDeepStrictEqual(again, value))
    throw new TypeError('what was read is not what it is when it is written and read again')
}

function assertAgrees<Value>(
  { reference }: DecoderOptions<Value>,
  input: Uint8Array,
  value: Value | undefined,
): void {
  if (reference === undefined) return
  const expected = reference(input)
  if (expected === undefined && value !== undefined)
    throw new TypeError('it takes what the reference refuses')
  if (expected !== undefined && value === undefined)
    throw new TypeError('it refuses what the reference takes')
  if (expected !== undefined && !isDeepStrictEqual(expected.value, value))
    throw new TypeError('it reads something else than the reference')
}

/** Leaves away what a failure does not need, in ever smaller pieces. */
function shrunk(input: Uint8Array, fails: (smaller: Uint8Array) => boolean): Uint8Array {
  let smallest = input
  let triesLeft = 400
  for (
    let piece = Math.ceil(input.length / 2);
    piece > 0 && triesLeft > 0;
    piece = piece === 1 ? 0 : Math.ceil(piece / 2)
  ) {
    for (let at = 0; at < smallest.length && triesLeft > 0; triesLeft--) {
      const smaller = new Uint8Array(smallest.length - Math.min(piece, smallest.length - at))
      smaller.set(smallest.subarray(0, at))
      smaller.set(smallest.subarray(at + piece), at)
      if (fails(smaller)) smallest = smaller
      else at += piece
    }
  }
  return smallest
}

function messageOf(error: unknown): string {
  // Figures differ from one try to the next.
  return error instanceof Error ? error.message.split('\n')[0]!.replace(/\d+/g, 'n') : String(error)
}
