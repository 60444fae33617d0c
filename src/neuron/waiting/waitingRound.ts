import {
  bytesEqual,
  type CanonicalValue,
  decodeCanonical,
  encodeCanonical,
  MalformedBytesError,
} from '../../codec/index.js'
import {
  decodeRound,
  encodeRound,
  type RoundEntry,
  type RoundRecord,
  RoundRecordError,
} from '../../mechanism/index.js'
import type { BlockNumber } from '../../units/index.js'

/** The question to which the block that is waited for is the answer. */
export type WaitQuestion = Omit<RoundEntry, 'answer'>

/** A task of a round that waits: what it has learnt, and for which block it waits; none where it has ended. */
export interface WaitingTask {
  readonly entries: readonly RoundEntry[]
  readonly wait: { readonly untilBlock: BlockNumber; readonly question: WaitQuestion } | undefined
}

/** A round that waits: what its tasks began with, and each of them. */
export interface WaitingRound {
  readonly began: Omit<RoundRecord, 'index' | 'entries' | 'outcome' | 'sold' | 'scoredState'>
  readonly tasks: readonly WaitingTask[]
}

const FORMAT = 'subnetkit/waiting/1'
/** `tasksPerRound` is no larger. */
const MAX_TASKS = 1_024
/** Of a task: its row, its record and what it waits for; and the format and the list around them. */
const MAX_VALUES = 5 * MAX_TASKS + 3

/** A record of a round that has not ended has no outcome. */
const NO_OUTCOME: RoundRecord['outcome'] = {
  scores: new Map(),
  refused: new Map(),
  stateDigest: new Uint8Array(32),
}

/** The block at which a round goes on: that for which the first of its tasks waits. */
export function dueAt({ tasks }: WaitingRound): BlockNumber {
  return tasks.reduce(
    (least, { wait }) => Math.min(least, wait?.untilBlock ?? Number.POSITIVE_INFINITY),
    Number.POSITIVE_INFINITY,
  )
}

/** Writes a round that waits as canonical bytes. @throws RoundRecordError for one that is larger than a record may be. */
export function encodeWaiting({ began, tasks }: WaitingRound): Uint8Array {
  const written = tasks.map(({ entries, wait }, index): CanonicalValue => {
    const record = encodeRound({ ...began, index, entries, outcome: NO_OUTCOME, sold: [] })
    if (wait === undefined) return [record]
    const { untilBlock, question } = wait
    return [record, untilBlock, question.asked ?? new Uint8Array(0), question.nth]
  })
  return encodeCanonical([FORMAT, written])
}

/** Reads a round that waits. @throws RoundRecordError for bytes that are none. */
export function decodeWaiting(bytes: Uint8Array): WaitingRound {
  const [format, rows, ...more] = listOf(canonical(bytes))
  const tasks = listOf(rows)
  if (format !== FORMAT || more.length > 0) throw malformed(`it is not ${FORMAT}`)
  if (tasks.length === 0 || tasks.length > MAX_TASKS) throw malformed('its tasks are malformed')
  const read = tasks.map(readTask)
  const [{ began }] = read as [(typeof read)[number]]
  const same = encodeRound({ ...began, index: 0, entries: [], outcome: NO_OUTCOME, sold: [] })
  for (const [index, one] of read.entries()) {
    const other = encodeRound({ ...one.began, index: 0, entries: [], outcome: NO_OUTCOME, sold: [] })
    if (one.index !== index || !bytesEqual(same, other)) throw malformed('its tasks are of several rounds')
  }
  if (read.every(({ task }) => task.wait === undefined)) throw malformed('it waits for nothing')
  return { began, tasks: read.map(({ task }) => task) }
}

function readTask(row: CanonicalValue): {
  readonly began: WaitingRound['began']
  readonly index: number
  readonly task: WaitingTask
} {
  const [record, ...wait] = listOf(row)
  if (!(record instanceof Uint8Array)) throw malformed('a record of its tasks is missing')
  const { index, entries, outcome, sold, scoredState, ...began } = decodeRound(record)
  if (scoredState !== undefined || outcome.scores.size > 0 || sold.length > 0)
    throw malformed('a task of it has been scored')
  return { began, index, task: { entries, wait: wait.length === 0 ? undefined : readWait(wait) } }
}

function readWait(parts: readonly CanonicalValue[]): WaitingTask['wait'] {
  const [untilBlock, asked, nth, ...more] = parts
  if (!isCount(untilBlock) || !isCount(nth) || !(asked instanceof Uint8Array) || more.length > 0)
    throw malformed('what a task of it waits for is malformed')
  if (asked.length !== 32) throw malformed('what a task of it waits for is malformed')
  return { untilBlock, question: { door: 'wait', name: '', asked, nth } }
}

function isCount(value: CanonicalValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function listOf(value: CanonicalValue | undefined): readonly CanonicalValue[] {
  return Array.isArray(value) ? value : []
}

function canonical(bytes: Uint8Array): CanonicalValue {
  try {
    return decodeCanonical(bytes, MAX_VALUES)
  } catch (cause) {
    if (!(cause instanceof MalformedBytesError)) throw cause
    throw new RoundRecordError({ why: 'its bytes are damaged', cause })
  }
}

function malformed(why: string): RoundRecordError {
  return new RoundRecordError({ why })
}
