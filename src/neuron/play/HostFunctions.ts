import { types } from 'node:util'
import { MechanismError, meterOf, NotScoredError, UsedUpError } from '../../mechanism/index.js'
import type { SandboxFunction } from '../../sandbox/index.js'

/** The functions of one run as its guest calls them: counted, and metered where they say so. */
export class HostFunctions {
  readonly functions: Readonly<Record<string, SandboxFunction>>
  /** Units used of each metered function. */
  readonly used: Record<string, number> = {}
  /** What the validator needs failed in one of them. */
  notScored: NotScoredError | undefined
  /** What is wrong with the meter of one. */
  fault: MechanismError | undefined
  /** It called more often than it may. */
  isBeyondCalls = false
  readonly #mostCalls: number
  #calls = 0

  constructor(functions: Readonly<Record<string, SandboxFunction>>, mostCalls: number) {
    this.#mostCalls = mostCalls
    this.functions = Object.fromEntries(
      Object.entries(functions).map(([name, fn]): [string, SandboxFunction] => {
        const run = fn as (...args: unknown[]) => unknown
        const meter = meterOf(fn)
        if (meter !== undefined) this.used[name] = 0
        return [
          name,
          (...args: unknown[]) => {
            this.#count()
            return meter === undefined ? this.#called(run, args) : this.#metered(name, run, meter, args)
          },
        ]
      }),
    )
  }

  #count(): void {
    if (++this.#calls <= this.#mostCalls) return
    this.isBeyondCalls = true
    throw new UsedUpError(`More than ${this.#mostCalls} calls of functions that were handed in`)
  }

  #called(run: (...args: unknown[]) => unknown, args: unknown[]): unknown {
    try {
      return run(...args)
    } catch (error) {
      if (error instanceof NotScoredError) this.notScored ??= error
      throw error
    }
  }

  #metered(
    name: string,
    run: (...args: unknown[]) => unknown,
    { units, of }: NonNullable<ReturnType<typeof meterOf>>,
    args: unknown[],
  ): unknown {
    const before = this.used[name] ?? 0
    if (before >= units) throw new UsedUpError(`The ${units} units of ${name} are used up`)
    const value = this.#called(run, args)
    // The sandbox refuses it, with a word on why.
    if (types.isPromise(value)) return value
    const took = this.#unitsOf(name, () => (of as (...args: unknown[]) => unknown)(value, ...args))
    if (took > units - before) {
      this.used[name] = units
      throw new UsedUpError(`The ${units} units of ${name} do not hold the ${took} of this call`)
    }
    this.used[name] = before + took
    return value
  }

  #unitsOf(name: string, count: () => unknown): number {
    let given: unknown
    try {
      given = count()
      if (Number.isSafeInteger(given) && (given as number) >= 0) return given as number
    } catch (cause) {
      this.fault ??= MechanismError.threw('play', cause)
      throw cause
    }
    this.fault ??= new MechanismError({
      method: 'play',
      fault: 'wrong form',
      what: `handed in ${name}, whose meter gave ${String(given)} units`,
      remedy: 'Give a whole number from 0.',
    })
    throw this.fault
  }
}
