import { oneOf, text, whyUnfit } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { describeValue, printable } from '../../errors/index.js'
import { MechanismError, type MechanismFault, type MechanismMethod } from '../MechanismError.js'
import { NotScoredError } from '../NotScoredError.js'
import type { RecordedError } from './RoundRecord.js'

const MAX_WORDS = 65_536
const words = text({ max: MAX_WORDS })
const someWords = text({ min: 1, max: MAX_WORDS })

const methods: readonly MechanismMethod[] = [
  'initialState',
  'createTask',
  'play',
  'score',
  'weights',
  'forget',
]

/** What an error is in a record, so that it can be thrown again. */
export function recordedError(thrown: unknown): RecordedError {
  if (thrown instanceof NotScoredError) return { kind: 'notScored', why: cut(thrown.why) }
  if (thrown instanceof MechanismError) {
    const { method, fault, what, hints } = thrown
    return { kind: 'mechanism', method, fault, what: cut(what), remedy: cut(hints[0] ?? '') }
  }
  if (!(thrown instanceof Error)) return { kind: 'error', name: '', message: cut(describeValue(thrown)) }
  return { kind: 'error', name: cut(String(thrown.name)), message: cut(String(thrown.message)) }
}

/** The error again: of the same class where that says something to a mechanism, of the same name and message always. */
export function errorAgain(recorded: RecordedError): Error {
  if (recorded.kind === 'notScored') return new NotScoredError(recorded.why)
  if (recorded.kind === 'mechanism') return new MechanismError(recorded)
  const { name, message } = recorded
  const Built = { RangeError, SyntaxError, TypeError }[name] ?? Error
  const error = new Built(message)
  error.name = name
  return error
}

export function writtenError(error: RecordedError): CanonicalValue {
  if (error.kind === 'notScored') return [error.kind, error.why]
  if (error.kind === 'error') return [error.kind, error.name, error.message]
  return [error.kind, error.method, error.fault, error.what, error.remedy]
}

/** What {@link writtenError} wrote; `undefined` for anything else. */
export function readError(value: CanonicalValue): RecordedError | undefined {
  if (!Array.isArray(value)) return undefined
  const parts = value as readonly CanonicalValue[]
  const [kind, first, second, third, fourth] = parts
  const has = (...checks: readonly Parameters<typeof whyUnfit>[0][]): boolean =>
    parts.length === checks.length + 1 && checks.every((one, at) => whyUnfit(one, parts[at + 1]) === null)
  if (kind === 'notScored' && has(someWords)) return { kind, why: first as string }
  if (kind === 'error' && has(words, words)) return { kind, name: first as string, message: second as string }
  if (kind !== 'mechanism' || !has(oneOf(methods), someWords, words, words)) return undefined
  return {
    kind,
    method: first as MechanismMethod,
    fault: second as MechanismFault,
    what: third as string,
    remedy: fourth as string,
  }
}

/** Text of somebody else's may be of any length, and have half a surrogate pair. */
function cut(said: string): string {
  return said.length <= 2_000 && !/\p{Surrogate}/u.test(said) ? said : printable(said, 2_000)
}
