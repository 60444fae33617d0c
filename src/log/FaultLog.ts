import {
  check,
  logger as loggerCheck,
  oneOf,
  optional,
  plainObject,
  shape,
  text,
  wholeNumber,
} from '../checks/index.js'
import { callListener } from './callListener.js'
import type { Logger } from './Logger.js'
import { stderrLogger } from './stderrLogger.js'

/** Causes that are told apart; what comes after them counts as one. */
const MAX_CAUSES = 128

/** One thing that went wrong, as it is said to a person. */
export interface Fault {
  /** What makes it the same fault as an earlier one: name it without the values of one occurrence. */
  readonly cause: string
  /** One sentence of what happened, and one of what to do. */
  readonly message: string
  /** What a program can read, the error under `err` among it. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Default `error`. */
  readonly level?: 'warn' | 'error'
  /** How often it came since it was last reported; default 1. */
  readonly times?: number
}

const faultShape = shape<Fault>({
  cause: text({ min: 1 }),
  message: text({ min: 1 }),
  fields: plainObject,
  level: optional(oneOf(['warn', 'error'])),
  times: optional(wholeNumber({ min: 1 })),
})

interface Known {
  last: Fault
  count: number
  said: number
}

/**
 * Says each distinct fault once, and again, with its count, when it came for the 10th, 100th, 1,000th time: a fault of every
 * round neither hides nor floods. The error under `err` or `error` comes with the first line only. What a
 * logger that throws was to say goes to standard error. Bounded: beyond 128 causes the rest counts as one.
 *
 * @example
 * ```ts
 * import { FaultLog, stderrLogger } from 'subnetkit/log'
 *
 * const faults = new FaultLog(stderrLogger())
 * faults.report({ cause: 'score threw TypeError', message: 'score threw. Mend it.', fields: { round: 7 } })
 * faults.close() // says how often each came since it was last said
 * ```
 */
export class FaultLog {
  readonly #logger: Logger
  readonly #known = new Map<string, Known>()

  /** @throws InvalidArgumentError for what is no logger. */
  constructor(logger: Logger) {
    check('logger', loggerCheck, logger)
    this.#logger = logger
  }

  /**
   * @returns how often this cause has come by now.
   * @throws InvalidArgumentError for a fault of another shape.
   */
  report(fault: Fault): number {
    check('fault', faultShape, fault)
    const cause = this.#known.has(fault.cause) || this.#known.size < MAX_CAUSES ? fault.cause : 'any other'
    const known = this.#known.get(cause) ?? { last: fault, count: 0, said: 0 }
    this.#known.set(cause, known)
    known.last = fault
    const before = known.count
    known.count += fault.times ?? 1
    if (tensPassed(before, known.count)) this.#say(known)
    return known.count
  }

  /** Says of every fault how often it came, unless its last line said so. */
  close(): void {
    for (const known of this.#known.values()) if (known.count > known.said) this.#say(known)
    this.#known.clear()
  }

  #say(known: Known): void {
    const { message, fields, level = 'error' } = known.last
    const { count } = known
    // Where it was thrown was said the first time: later lines are about how often.
    const { err, error, ...facts } = fields
    const told = known.said === 0 ? fields : facts
    known.said = count
    if (count === 1) this.#write(level, told, message)
    else this.#write(level, { ...told, count }, `${message} (${count} times by now)`)
  }

  /** A logger that throws must break neither what reports nor the report. */
  #write(level: 'warn' | 'error', fields: object, message: string): void {
    callListener(
      () => this.#logger[level](fields, message),
      () => stderrLogger()[level](fields, message),
    )
  }
}

/** Whether a count came to 1, 10, 100 and so on, or beyond it, on its way. */
function tensPassed(before: number, now: number): boolean {
  let power = 1
  while (power <= before) power *= 10
  return power <= now
}
