import { check, custom, durationMs, func, optional, text } from '../../checks/index.js'
import type { Clock } from '../../clock/index.js'
import { wordsOfThrown } from '../../errors/index.js'
import { MechanismError, NotScoredError, type Source } from '../../mechanism/index.js'
import { validated } from '../../synapse/index.js'
import { plainValue } from './plainValue.js'

const READ_MS = 10_000

const anySchema = custom('Pass a schema of a Standard Schema library, such as zod.', (value) => {
  const standard = (value as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard']
  return typeof standard?.validate === 'function'
})

/** So long a source may take to give up after its signal. */
const GRACE_MS = 1_000

/** What a source gave. */
export interface SourceReading<Value> {
  readonly value: Value
  readonly from: string
}

/** @throws InvalidArgumentError for what is no source. */
export function assertSource(source: unknown): void {
  const parts = (source ?? {}) as Partial<Source<unknown, unknown>>
  check('source.name', text({ min: 1, max: 64 }), parts.name)
  check('source.query', anySchema, parts.query)
  check('source.value', anySchema, parts.value)
  check('source.timeoutMs', optional(durationMs({ min: 1 })), parts.timeoutMs)
  check('source.read', func, parts.read)
}

/** What is asked of a source. @throws MechanismError for a query that does not fit. */
export async function queryOf<Query>(source: Source<Query, unknown>, query: unknown): Promise<Query> {
  try {
    return await validated(source.query, query, { synapse: source.name, part: 'request' })
  } catch (cause) {
    throw new MechanismError({
      method: 'play',
      fault: 'invalid request',
      what: `asked source ${source.name} what does not fit: ${wordsOfThrown(cause)}`,
      remedy: 'Ask what fits the query schema of the source.',
      cause,
    })
  }
}

/**
 * Reads a source once, within its time.
 *
 * @throws NotScoredError whatever goes wrong.
 */
export async function readSource<Query, Value>(
  source: Source<Query, Value>,
  query: Query,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly valueBytes: number },
): Promise<SourceReading<Value>> {
  const { clock, signal, valueBytes } = options
  const { name, timeoutMs = READ_MS } = source
  try {
    const given = await inTime(clock, signal, timeoutMs, (until) => source.read(query, { signal: until }))
    check('from', text({ min: 1, max: 2_048 }), given?.from)
    const value = await validated(source.value, given.value, { synapse: name, part: 'answer' })
    return { value: plainValue(value, `source ${name}`, valueBytes), from: given.from }
  } catch (cause) {
    if (cause instanceof NotScoredError) throw cause
    throw new NotScoredError(`source ${name} failed, ${wordsOfThrown(cause)}`, { cause })
  }
}

async function inTime<T>(
  clock: Clock,
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const either = AbortSignal.any([signal, late.signal])
  let giveUp = (_: unknown): void => {}
  const over = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  const timers = [
    clock.setTimer(() => late.abort(), timeoutMs),
    clock.setTimer(
      () => giveUp(new NotScoredError(`a source gave nothing within ${timeoutMs} ms`)),
      timeoutMs + GRACE_MS,
    ),
  ]
  try {
    return await Promise.race([work(either), over])
  } finally {
    for (const timer of timers) timer.cancel()
  }
}
