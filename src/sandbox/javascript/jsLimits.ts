import { type Check, durationMs, optional, shape, wholeNumber } from '../../checks/index.js'

/** What a program may use, each of it anew in every call. The first three are counted inside, so that they end it at the same place everywhere. */
export interface JsLimits {
  /** Steps: functions entered and turns of loops inside the engine, which does some hundred million in a second. */
  readonly steps: number
  /** Bytes that the program's values may take. */
  readonly memoryBytes: number
  /** Bytes of what it returns, and of the arguments of each function it calls. */
  readonly outputBytes: number
  /** Longest time of a call, to protect this machine from a slow one: beyond it a call is not scored. */
  readonly wallMs: number
}

/** What a program may use unless told otherwise: about 5 s of an ordinary processor, and 64 MiB. */
export const defaultJsLimits: JsLimits = {
  steps: 1_000_000_000,
  memoryBytes: 64 * 2 ** 20,
  outputBytes: 2 ** 20,
  wallMs: 60_000,
}

/** Less does not hold the engine's own tables. */
const LEAST_MEMORY_BYTES = 2 ** 20

export const jsLimitsShape: Check = shape<JsLimits>({
  steps: optional(wholeNumber({ min: 1 })),
  memoryBytes: optional(wholeNumber({ min: LEAST_MEMORY_BYTES, max: 2 ** 31 })),
  outputBytes: optional(wholeNumber({ min: 1, max: 2 ** 30 })),
  wallMs: optional(durationMs({ min: 1 })),
})
