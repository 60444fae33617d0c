import type { StandardSchemaV1 } from '@standard-schema/spec'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../codec/index.js'
import { blake2b256 } from '../../crypto/index.js'
import {
  errorAgain,
  MechanismError,
  RoundRecordError,
  readError,
  recordedError,
  type StreamOptions,
  type StreamPart,
  writtenError,
} from '../../mechanism/index.js'
import {
  packValue,
  type Status,
  type StreamSynapse,
  type Synapse,
  statusTable,
  unpackValue,
  validated,
} from '../../synapse/index.js'
import type { Form } from './Doorway.js'
import { sizeOf } from './sizeOf.js'

/** What one ask came to, before its round takes it in. */
export interface EndedAsk<Kept> {
  readonly status: Status
  readonly answer?: Kept
  /** The answer as it travelled, where somebody writes it down. */
  readonly body?: Uint8Array
  readonly sentAtMs: number
  readonly elapsedMs: number
  /** Of the author's. */
  readonly fault?: MechanismError
}

/** What one stream came to. */
export interface EndedStream<Chunk> extends Omit<EndedAsk<never>, 'answer' | 'body'> {
  readonly parts: readonly StreamPart<Chunk>[]
  /** Its parts as they travelled. */
  readonly bodies: readonly Uint8Array[]
}

/** What came of a miner, before its schema. */
export interface Came {
  /** What it weighs. */
  weight: number
  /** As message bytes, where somebody writes it down and there is room for it. */
  body?: Uint8Array
}

/**
 * A schema that shows what it is given. A schema may leave most of that away: what a miner fills is what it sent.
 *
 * @param room - what there is room for.
 */
export function witnessed<T>(
  schema: StandardSchemaV1<unknown, T>,
  came: Came,
  { room, isRecorded }: { readonly room: () => number; readonly isRecorded: boolean },
): StandardSchemaV1<unknown, T> {
  const { validate, version, vendor } = schema['~standard']
  return {
    '~standard': {
      version,
      vendor,
      validate(value) {
        const most = room()
        came.weight = sizeOf(value, most)
        // Before it: a schema may write into what it is given.
        if (isRecorded && came.weight <= most) came.body = packValue(value)
        return validate(value)
      },
    },
  }
}

/** How an ask is written: its answer as it travelled; where only a part of it is kept, that and a digest of the whole. */
export function askForm<Answer, Kept>(
  synapse: Pick<Synapse<never, Answer>, 'name' | 'answer'>,
  isKept: boolean,
): Form<EndedAsk<Kept>> {
  return {
    write({ status, sentAtMs, elapsedMs, answer, body, fault }) {
      const times = [status, sentAtMs, elapsedMs]
      if (fault !== undefined) return [...times, 'fault', writtenError(recordedError(fault))]
      if (status !== 'ok') return times
      if (body === undefined) throw malformed()
      return isKept
        ? [...times, 'kept', encodeCanonical(answer as unknown as CanonicalValue), blake2b256(body)]
        : [...times, 'body', body]
    },
    async read(written) {
      const { status, sentAtMs, elapsedMs, kind, value } = endOf(written)
      const ended = { status, sentAtMs, elapsedMs }
      if (kind === 'fault') return { ...ended, fault: faultOf(value) }
      if (status !== 'ok') return ended
      if (kind === 'kept' && value instanceof Uint8Array)
        return { ...ended, answer: decodeCanonical(value) as unknown as Kept }
      if (kind !== 'body') throw malformed()
      const answer = await checked<Answer>(synapse.answer, value, { synapse: synapse.name, part: 'answer' })
      return answer === undefined
        ? { ...ended, status: 'malformed' }
        : { ...ended, answer: answer.value as unknown as Kept }
    },
  }
}

/** How a stream is written: each part as it travelled, with its arrival. Where to end is asked again of who reads it. */
export function streamForm<Chunk>(
  synapse: Pick<StreamSynapse<never, Chunk>, 'name' | 'chunk'>,
  { until }: StreamOptions<Chunk>,
): Form<EndedStream<Chunk>> {
  return {
    write({ status, sentAtMs, elapsedMs, parts, bodies, fault }) {
      const rows = bodies.map((body, at) => [parts[at]?.atMs ?? 0, body])
      // What `until` threw it throws again.
      if (fault === undefined || parts.length > 0)
        return [fault === undefined ? status : 'ok', sentAtMs, elapsedMs, 'parts', rows]
      return [status, sentAtMs, elapsedMs, 'fault', writtenError(recordedError(fault))]
    },
    async read(written) {
      const { status, sentAtMs, elapsedMs, kind, value } = endOf(written)
      const parts: StreamPart<Chunk>[] = []
      const ended = { status, sentAtMs, elapsedMs, parts, bodies: [] }
      if (kind === 'fault') return { ...ended, fault: faultOf(value) }
      if (kind !== 'parts' || !Array.isArray(value)) throw malformed()
      for (const row of value) {
        const [atMs, body] = (Array.isArray(row) ? row : []) as readonly CanonicalValue[]
        if (typeof atMs !== 'number' || body === undefined) throw malformed()
        const chunk = await checked<Chunk>(synapse.chunk, body, { synapse: synapse.name, part: 'chunk' })
        if (chunk === undefined) return { ...ended, status: 'malformed' }
        parts.push({ chunk: chunk.value, atMs })
        try {
          if (until?.(chunk.value, parts.length) === true) return { ...ended, status: 'ok' }
        } catch (cause) {
          return { ...ended, status: 'failed', fault: MechanismError.threw('play', cause) }
        }
      }
      return ended
    },
  }
}

/** The beginning that both have. @throws RoundRecordError */
function endOf(written: CanonicalValue) {
  const [status, sentAtMs, elapsedMs, kind, value] = (
    Array.isArray(written) ? written : []
  ) as CanonicalValue[]
  const isStatus = typeof status === 'string' && Object.hasOwn(statusTable, status)
  if (!isStatus || typeof sentAtMs !== 'number' || typeof elapsedMs !== 'number') throw malformed()
  return { status: status as Status, sentAtMs, elapsedMs, kind, value: value ?? null }
}

/** What a schema makes of a body; `undefined` where it does not fit. @throws RoundRecordError */
async function checked<T>(
  schema: StandardSchemaV1<unknown, T>,
  body: CanonicalValue,
  of: { readonly synapse: string; readonly part: 'answer' | 'chunk' },
): Promise<{ readonly value: T } | undefined> {
  if (!(body instanceof Uint8Array)) throw malformed()
  let value: unknown
  try {
    value = unpackValue(body)
  } catch (cause) {
    throw malformed(cause)
  }
  try {
    return { value: await validated(schema, value, of) }
  } catch {
    // As a call has it, whatever a schema throws.
    return undefined
  }
}

function faultOf(value: CanonicalValue): MechanismError {
  const recorded = readError(value)
  const error = recorded && errorAgain(recorded)
  if (error instanceof MechanismError) return error
  throw malformed()
}

function malformed(cause?: unknown): RoundRecordError {
  return new RoundRecordError({ why: 'what a miner said is malformed', cause })
}
