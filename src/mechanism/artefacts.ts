import type { StandardSchemaV1 } from '@standard-schema/spec'
import { check, func, shape, wholeNumber } from '../checks/index.js'
import type { PlainValue, SandboxFunction, TensorForm } from '../sandbox/index.js'
import type { BlockNumber, Hotkey, Uid } from '../units/index.js'

/** Bytes that a miner committed to before it could know the task. */
export interface ArtefactCommit {
  readonly hotkey: Hotkey
  readonly uid: Uid
  /** What they are for. */
  readonly kind: string
  /** `artefactDigest` of hotkey and bytes, 64 digits of hex. */
  readonly digest: string
  /** How many there are. */
  readonly bytes: number
  /** In which it committed to them. */
  readonly block: BlockNumber
}

/** Which commitments count. */
export interface ArtefactsOptions {
  /**
   * One shot per hotkey: a commitment counts only if it was made at most so many blocks after the registration, and only once that window is over. One after it voids the
   * place.
   */
  readonly oneShot?: { readonly windowBlocks: number }
  /** Of equal bytes only the earliest counts (`void`, the default), or each of them (`keep`). */
  readonly copies?: 'void' | 'keep'
}

/** How code is run. */
export interface CodeJob<Out> {
  /** The function that the module exports and that is called. */
  readonly call: string
  /** Its one argument. */
  readonly input: PlainValue
  /** What it may use, a part of the rules: a turn of a short loop takes some 45. */
  readonly steps: number
  /** Default 64 MiB. */
  readonly memoryBytes?: number
  /** What it must return; what does not fit is `failed`. */
  readonly output: StandardSchemaV1<unknown, Out>
  /** All that it can reach besides the language, by name: synchronous, plain values in and out; `metered` where they cost something. */
  readonly functions?: { readonly [name: string]: SandboxFunction }
  /** What `Math.random` starts from. Default: the task's seed. */
  readonly seed?: Uint8Array
}

/** A tensor that goes into a model. */
export interface ModelInput {
  readonly dims: readonly number[]
  /** Row-major. */
  readonly data: Float32Array
}

/** A tensor that came out of a model, in plain numbers on the grid. */
export interface ModelOutput {
  readonly dims: readonly number[]
  /** Row-major. */
  readonly data: readonly number[]
}

/** How a model is run. */
export interface ModelJob {
  readonly inputs: { readonly [name: string]: ModelInput }
  /** What is wanted of it, by name. */
  readonly outputs: { readonly [name: string]: TensorForm }
  /** What it may take, by its bytes alone. A part of the rules. */
  readonly bound: { readonly multiplyAdds: number; readonly tensorBytes: number }
  /** Outputs are rounded to multiples of it, such as 2 ** -10, so that machines agree. */
  readonly grid: number
}

/**
 * What a run came to. `failed` is the artefact's own doing, and the same at every validator; the other two say nothing of it: its bytes could not be had, or this machine could
 * not judge it.
 */
export type RunResult<Out> =
  | {
      readonly status: 'ok'
      readonly value: Out
      /** Steps of code, multiply-adds of a model. */
      readonly steps: number
      /** Units used of each function that is `metered`, by name. */
      readonly used: { readonly [name: string]: number }
    }
  | {
      readonly status: 'failed'
      readonly why: string
      readonly steps: number
      readonly used: { readonly [name: string]: number }
    }
  | {
      readonly status: 'unavailable' | 'notScored'
      readonly why: string
      readonly used: { readonly [name: string]: number }
    }

/** How a function is metered. */
export interface MeterOptions<Fn extends SandboxFunction = SandboxFunction> {
  /** Units that it may use in one run. */
  readonly units: number
  /** Units of one call, by what it gave and what it was given: a whole number from 0. */
  readonly of: (value: ReturnType<Fn>, ...args: Parameters<Fn>) => number
}

const METER = Symbol('meter')

const meterShape = shape<MeterOptions>({ units: wholeNumber({ min: 1 }), of: func })

/**
 * A function for a sandbox whose use has a price: each run may use so many units of it. A call that would go beyond them throws in the guest's hands, and so does each one after.
 * What was used is in the result of the run, under the function's name.
 *
 * @throws InvalidArgumentError naming what is wrong.
 *
 * @example
 * ```ts
 * import { metered } from 'subnetkit/mechanism'
 *
 * const shout = (text: string): string => text.toUpperCase()
 * const functions = { shout: metered(shout, { units: 40_000, of: (said) => said.length }) }
 * ```
 */
export function metered<Fn extends SandboxFunction>(fn: Fn, options: MeterOptions<NoInfer<Fn>>): Fn {
  check('fn', func, fn)
  check('options', meterShape, options)
  const own = (...args: never[]): unknown => fn(...args)
  return Object.assign(own, { [METER]: { ...options } }) as unknown as Fn
}

/** How a function is metered; `undefined` for one that is not. */
export function meterOf(fn: SandboxFunction): MeterOptions | undefined {
  return (fn as SandboxFunction & { readonly [METER]?: MeterOptions })[METER]
}
