import {
  bytes as bytesCheck,
  type Check,
  check,
  custom,
  durationMs,
  eitherOf,
  listOf,
  mapOf,
  oneOf,
  optional,
  plainObject,
  type ShapeOf,
  shape,
  text,
  u16,
  unicode,
  wholeNumber,
  whyUnfit,
} from '../../checks/index.js'
import {
  type CanonicalValue,
  decodeCanonical,
  encodeCanonical,
  MalformedBytesError,
} from '../../codec/index.js'
import type { Hotkey } from '../../units/index.js'
import type { RoundMiner } from '../Round.js'
import { defaultRoundLimits, type RoundLimits } from '../roundLimits.js'
import { SCORE_LIMIT } from '../views.js'
import { doors } from './doors.js'
import type {
  RecordedError,
  RoundAnswer,
  RoundEntry,
  RoundPlace,
  RoundRecord,
  RoundRules,
  RoundVerdict,
} from './RoundRecord.js'
import { RoundRecordError } from './recordErrors.js'
import { readError, writtenError } from './recordedErrors.js'

const FORMAT = 'subnetkit/round/1'

/** No record is larger: what a round may keep is its miners times what each may fill. */
export const MAX_ROUND_BYTES = 256 * 1024 * 1024
/** So many values a record holds, and each answer, state and report in it: bytes alone bound no memory, since each of them may be a value. */
export const MAX_ROUND_VALUES = 2_097_152
/** What an entry has at least: itself and its seven parts. */
const ENTRY_VALUES = 8
const MAX_ENTRIES = MAX_ROUND_VALUES / ENTRY_VALUES
const MAX_MINERS = 65_536
const MAX_DATASETS = 1_024
const DIGEST_BYTES = 32

const hash = custom('Pass a hash of 32 bytes, in hex.', (value) => {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
})
const hotkeyText = text({ min: 1, max: 64 })
const digest = bytesCheck(DIGEST_BYTES)
const sha256Text = custom(
  'Pass 32 bytes in hex.',
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
)
/** Counts, bytes and times: every one a number from 1. */
const limitsShape = Object.fromEntries(
  Object.keys(defaultRoundLimits).map((limit) => [limit, durationMs({ min: 1 })]),
) as ShapeOf<RoundLimits>

/** A list of so many parts, each as it should be. */
function row(...parts: readonly Check[]): Check {
  return custom(`Pass a row of ${parts.length}.`, (value) => {
    if (!Array.isArray(value) || value.length !== parts.length) return false
    return parts.every((part, at) => whyUnfit(part, value[at]) === null)
  })
}

const placeShape = shape<RoundPlace>({
  genesisHash: hash,
  netuid: u16(),
  mechanismId: u16(),
  hotkey: hotkeyText,
})

const rulesShape = shape<RoundRules>({
  stateVersion: wholeNumber(),
  roundLimits: shape<RoundLimits>(limitsShape),
  datasets: listOf(row(text({ min: 1, max: 64 }), sha256Text), { max: MAX_DATASETS }),
})

const score = custom('Pass a score.', (value) => {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= SCORE_LIMIT
})
const anyBytes = bytesCheck()
const anyName = unicode({ max: 1_024 })
const anyError = custom('Pass an error as it is recorded.', (error) => {
  return (
    whyUnfit(plainObject, error) === null && readError(writtenError(error as RecordedError)) !== undefined
  )
})

type RoundAnswerOf<How extends RoundAnswer['how']> = Extract<RoundAnswer, { how: How }>

interface WrittenVerdict {
  readonly scores: CanonicalValue
  readonly refused: CanonicalValue
  readonly report: CanonicalValue
  readonly stateDigest: CanonicalValue
}

interface WrittenRound {
  readonly format: string
  readonly place: CanonicalValue
  readonly block: CanonicalValue
  readonly round: number
  readonly index: number
  readonly rules: CanonicalValue
  readonly miners: CanonicalValue
  readonly state: CanonicalValue
  readonly entries: CanonicalValue
  readonly outcome: CanonicalValue
  readonly sold: CanonicalValue
}

const writtenVerdictShape = shape<WrittenVerdict>({
  scores: listOf(row(hotkeyText, score), { max: MAX_MINERS }),
  refused: listOf(row(text(), text()), { max: MAX_MINERS }),
  report: custom('Pass bytes or null.', (value) => value === null || value instanceof Uint8Array),
  stateDigest: digest,
})

const writtenShape = shape<WrittenRound>({
  format: oneOf([FORMAT]),
  place: placeShape,
  block: row(wholeNumber(), hash),
  round: wholeNumber(),
  index: wholeNumber(),
  rules: rulesShape,
  miners: listOf(row(hotkeyText, u16(), hotkeyText, wholeNumber()), { max: MAX_MINERS }),
  state: custom('Pass the state, or two of them.', (value) => {
    const states = Array.isArray(value) ? value : [value]
    return (
      (value instanceof Uint8Array || states.length === 2) && states.every((one) => one instanceof Uint8Array)
    )
  }),
  entries: listOf(
    row(
      oneOf(doors),
      anyName,
      custom('Pass a hotkey or null.', (value) => value === null || whyUnfit(hotkeyText, value) === null),
      custom('Pass a digest or null.', (value) => value === null || whyUnfit(digest, value) === null),
      wholeNumber(),
      oneOf(['gave', 'threw', 'left', 'hidden']),
      custom(
        'Pass an answer.',
        (value) => value === null || Array.isArray(value) || value instanceof Uint8Array,
      ),
    ),
    { max: MAX_ENTRIES },
  ),
  outcome: writtenVerdictShape,
  sold: listOf(writtenVerdictShape, { max: MAX_ENTRIES }),
})

const minerShape = shape<RoundMiner>({
  hotkey: hotkeyText,
  uid: u16(),
  coldkey: hotkeyText,
  registeredAtBlock: wholeNumber(),
})

const answerShape = eitherOf(
  "Pass { how: 'gave', bytes }, { how: 'threw', error }, { how: 'left' } or { how: 'hidden', digest }.",
  [
    shape<RoundAnswerOf<'gave'>>({ how: oneOf(['gave']), bytes: anyBytes }),
    shape<RoundAnswerOf<'threw'>>({ how: oneOf(['threw']), error: anyError }),
    shape<RoundAnswerOf<'left'>>({ how: oneOf(['left']) }),
    shape<RoundAnswerOf<'hidden'>>({ how: oneOf(['hidden']), digest }),
  ],
)

const entryShape = shape<RoundEntry>({
  door: oneOf(doors),
  name: anyName,
  hotkey: optional(hotkeyText),
  asked: optional(digest),
  nth: wholeNumber(),
  answer: answerShape,
})

const verdictShape = shape<RoundVerdict>({
  scores: mapOf(hotkeyText, score),
  refused: mapOf(text(), text()),
  report: optional(custom('Pass a plain value.', (value) => value !== undefined)),
  stateDigest: digest,
})

const recordShape = shape<RoundRecord>({
  place: placeShape,
  block: wholeNumber(),
  blockHash: hash,
  round: wholeNumber(),
  index: wholeNumber(),
  rules: rulesShape,
  miners: listOf(minerShape, { max: MAX_MINERS }),
  state: anyBytes,
  scoredState: optional(anyBytes),
  entries: listOf(entryShape, { max: MAX_ENTRIES }),
  outcome: verdictShape,
  sold: listOf(verdictShape, { max: MAX_ENTRIES }),
})

/** What a record of a round must be. */
export function checkRecord(record: unknown): void {
  check('record', recordShape, record)
}

/**
 * Writes a record: canonical bytes `subnetkit/round/1`, the same for the same record on any machine.
 *
 * @throws InvalidArgumentError for what is no record.
 * @throws RoundRecordError for one that is larger than 256 MiB, or holds more than 2,097,152 values.
 *
 * @example
 * ```ts
 * import { decodeRound, encodeRound, type RoundRecord } from 'subnetkit/mechanism'
 *
 * export const copyOf = (record: RoundRecord): RoundRecord => decodeRound(encodeRound(record))
 * ```
 */
export function encodeRound(record: RoundRecord): Uint8Array {
  checkRecord(record)
  const { place, block, blockHash, round, index, rules, state, scoredState, outcome, sold } = record
  const written: WrittenRound = {
    format: FORMAT,
    place: { ...place },
    block: [block, blockHash],
    round,
    index,
    rules: {
      stateVersion: rules.stateVersion,
      roundLimits: { ...rules.roundLimits },
      datasets: rules.datasets.map(([name, sha256]) => [name, sha256]),
    },
    miners: record.miners.map(({ hotkey, uid, coldkey, registeredAtBlock }) => [
      hotkey,
      uid,
      coldkey,
      registeredAtBlock,
    ]),
    state: scoredState === undefined ? state : [state, scoredState],
    entries: record.entries.map(writtenEntry),
    outcome: writtenVerdict(outcome),
    sold: sold.map(writtenVerdict),
  }
  const values = valuesOf({ ...written })
  if (values > MAX_ROUND_VALUES)
    throw new RoundRecordError({ why: `it holds ${values} values, more than ${MAX_ROUND_VALUES}` })
  const bytes = encodeCanonical({ ...written })
  if (bytes.length > MAX_ROUND_BYTES) throw tooLarge(bytes.length)
  return bytes
}

/**
 * Reads a record. What is taken is what `encodeRound` writes: unknown keys, other forms and bytes behind it are refused.
 *
 * @throws RoundRecordError for bytes that are none, damaged, of another version, larger than 256 MiB, or that hold more than 2,097,152 values, alone or in one answer,
 *   state or report.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { decodeRound } from 'subnetkit/mechanism'
 *
 * const record = decodeRound(await readFile('rounds/0000000123-0.round'))
 * console.log(record.entries.length, record.outcome.scores)
 * ```
 */
export function decodeRound(bytes: Uint8Array): RoundRecord {
  if (bytes instanceof Uint8Array && bytes.length > MAX_ROUND_BYTES) throw tooLarge(bytes.length)
  const written = readWritten(bytes)
  const [block, blockHash] = written.block as unknown as [number, string]
  const [state, scoredState] = statesOf(written.state)
  return {
    place: written.place as unknown as RoundPlace,
    block,
    blockHash,
    round: written.round,
    index: written.index,
    rules: written.rules as unknown as RoundRules,
    miners: (written.miners as unknown as MinerRow[]).map(readMiner),
    state,
    ...(scoredState === undefined ? {} : { scoredState }),
    entries: (written.entries as unknown as EntryRow[]).map(readEntry),
    outcome: readVerdict(written.outcome as unknown as WrittenVerdict),
    sold: (written.sold as unknown as WrittenVerdict[]).map(readVerdict),
  }
}

function readWritten(bytes: Uint8Array): WrittenRound {
  const value = canonical(bytes, 'its bytes are damaged')
  const format = (value as { format?: unknown } | null)?.format
  if (format !== FORMAT) throw new RoundRecordError({ why: `it is not ${FORMAT}` })
  try {
    check('record', writtenShape, value)
  } catch (cause) {
    const { field } = cause as { readonly field?: string }
    throw new RoundRecordError({
      why: `its ${field?.replace(/^record\./, '') ?? 'form'} is malformed`,
      cause,
    })
  }
  return value as unknown as WrittenRound
}

function statesOf(written: CanonicalValue): readonly [Uint8Array, Uint8Array | undefined] {
  const [state, scored] = (Array.isArray(written) ? written : [written]) as Uint8Array[]
  for (const one of [state, scored]) if (one !== undefined) canonical(one, 'its state is damaged')
  return [state as Uint8Array, scored]
}

type MinerRow = [RoundMiner['hotkey'], number, RoundMiner['coldkey'], number]

function readMiner([hotkey, uid, coldkey, registeredAtBlock]: MinerRow): RoundMiner {
  return { hotkey, uid, coldkey, registeredAtBlock }
}

type EntryRow = [
  RoundEntry['door'],
  string,
  Hotkey | null,
  Uint8Array | null,
  number,
  RoundEntry['answer']['how'],
  CanonicalValue,
]

function writtenEntry({ door, name, hotkey, asked, nth, answer }: RoundEntry): CanonicalValue {
  return [door, name, hotkey ?? null, asked ?? null, nth, answer.how, writtenAnswer(answer)]
}

function writtenAnswer(answer: RoundEntry['answer']): CanonicalValue {
  if (answer.how === 'gave') return answer.bytes
  if (answer.how === 'hidden') return answer.digest
  return answer.how === 'threw' ? writtenError(answer.error) : null
}

function readEntry([door, name, hotkey, asked, nth, how, answer]: EntryRow): RoundEntry {
  return {
    door,
    name,
    ...(hotkey === null ? {} : { hotkey }),
    ...(asked === null ? {} : { asked }),
    nth,
    answer: readAnswer(how, answer),
  }
}

function readAnswer(how: RoundEntry['answer']['how'], answer: CanonicalValue): RoundEntry['answer'] {
  if (how === 'gave' && answer instanceof Uint8Array) {
    canonical(answer, 'what an entry gave is damaged')
    return { how, bytes: answer }
  }
  if (how === 'hidden' && answer instanceof Uint8Array && answer.length === DIGEST_BYTES)
    return { how, digest: answer }
  if (how === 'left' && answer === null) return { how }
  const error = how === 'threw' ? readError(answer) : undefined
  if (how === 'threw' && error !== undefined) return { how, error }
  throw new RoundRecordError({ why: 'what an entry gave is malformed' })
}

function writtenVerdict({ scores, refused, report, stateDigest }: RoundVerdict): CanonicalValue {
  return {
    scores: [...scores],
    refused: [...refused],
    report: report === undefined ? null : encodeCanonical(report),
    stateDigest,
  }
}

function readVerdict({ scores, refused, report, stateDigest }: WrittenVerdict): RoundVerdict {
  return {
    scores: readMap(scores as unknown as [Hotkey, number][]),
    refused: readMap(refused as unknown as [string, string][]),
    ...(report === null ? {} : { report: canonical(report as Uint8Array, 'its report is damaged') }),
    stateDigest: stateDigest as Uint8Array,
  }
}

function readMap<Key, Value>(rows: readonly [Key, Value][]): Map<Key, Value> {
  const map = new Map(rows)
  if (map.size === rows.length) return map
  throw new RoundRecordError({ why: 'its outcome names a hotkey twice' })
}

function canonical(bytes: Uint8Array, why: string): CanonicalValue {
  try {
    return decodeCanonical(bytes, MAX_ROUND_VALUES)
  } catch (cause) {
    if (cause instanceof MalformedBytesError) throw new RoundRecordError({ why, cause })
    throw cause
  }
}

/** Values that a decoder will count: lists, maps and keys too. */
function valuesOf(value: CanonicalValue): number {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return 1
  if (Array.isArray(value)) return value.reduce((sum, item) => sum + valuesOf(item), 1)
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + valuesOf(item), 1)
}

function tooLarge(bytes: number): RoundRecordError {
  return new RoundRecordError({ why: `it has ${bytes} bytes, more than ${MAX_ROUND_BYTES}` })
}
