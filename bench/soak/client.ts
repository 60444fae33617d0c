// Some callers of `npm run soak`, in a process of their own. Argument: what `ClientSettings` says, as JSON.
import { sleep, systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { CallFailedError, Dendrite, type Target } from 'subnetkit/dendrite'
import { SeededRandom } from 'subnetkit/math'
import {
  AnswerSum,
  bytesOf,
  count,
  digestOf,
  echo,
  endWithParent,
  type Failure,
  memoryNow,
  PATIENCE_MS,
  type Question,
  STEADY,
  slow,
  tell,
} from './traffic.js'

interface ClientSettings {
  readonly number: number
  /** Which process it is of that number. */
  readonly life: number
  readonly seed: string
  /** Each has a hotkey of its own, and one connection to every server. */
  readonly dendrites: number
  readonly targets: readonly Target[]
  /** Of all of them together. */
  readonly callsPerSecond: number
}

/** How much later than its deadline a call may end where the machine is busy. */
const SLACK_MS = 3_000
/** Calls of one dendrite under way; above, none begins. */
const MAX_IN_FLIGHT = 48

const settings = JSON.parse(process.argv[2] as string) as ClientSettings
const random = new SeededRandom(`${settings.seed} ${settings.number} ${settings.life}`)
const stopping = new AbortController()
const ended: { [what: string]: number } = {}
const steady = new AnswerSum()
let inFlight = 0

interface Call {
  readonly id: string
  readonly dendrite: Dendrite
  readonly target: Target
  readonly random: SeededRandom
}

/** How a call ended. */
type Ending = Pick<Failure, 'status' | 'reason'>
const ok: Ending = { status: 'ok', reason: '' }

function wrong(what: string): void {
  tell({ kind: 'wrong', what })
}

async function callEcho({ id, dendrite, target }: Call, length: number): Promise<Ending> {
  const bytes = bytesOf(`request ${id}`, length)
  const request = { id, bytes, digest: digestOf(bytes) }
  const result = await dendrite.call(echo, target, request, { timeoutMs: PATIENCE_MS })
  if (result.status !== 'ok') return result
  const { answer } = result
  const expected = digestOf(bytesOf(`answer ${id}`, length))
  if (answer.id !== id || answer.digest !== expected || digestOf(answer.bytes) !== expected)
    wrong(`${id} got the answer of ${answer.id}`)
  if (settings.number === STEADY && target === settings.targets[STEADY]) steady.add(id, answer.digest)
  return ok
}

async function callAndCancel({ id, dendrite, target, random: its }: Call): Promise<Ending> {
  const giveUp = new AbortController()
  const timer = systemClock.setTimer(() => giveUp.abort(), its.int(200))
  const options = { timeoutMs: PATIENCE_MS, signal: giveUp.signal }
  const result = await dendrite.call(slow, target, { id, ms: 5_000 }, options)
  timer.cancel()
  if (result.status === 'ok') return { status: 'answered', reason: 'It was answered before its time.' }
  return result.status === 'cancelled' ? ok : result
}

interface Reading {
  readonly chunks: number
  readonly bytes: number
  readonly readMs?: number
  /** It is left after so many. */
  readonly stopAfter?: number
}

async function callStream({ id, dendrite, target }: Call, reading: Reading): Promise<Ending> {
  const { chunks, bytes, readMs = 0, stopAfter } = reading
  let index = 0
  try {
    for await (const chunk of dendrite.stream(
      count,
      target,
      { id, chunks, bytes },
      { timeoutMs: PATIENCE_MS },
    )) {
      const expected = digestOf(bytesOf(`chunk ${index} ${id}`, bytes))
      if (chunk.id !== id || chunk.index !== index || digestOf(chunk.bytes) !== expected)
        wrong(`${id} got chunk ${chunk.index} of ${chunk.id} as number ${index}`)
      index++
      if (index === stopAfter) return ok
      if (readMs > 0) await sleep(systemClock, readMs)
    }
  } catch (error) {
    if (error instanceof CallFailedError) return { status: error.status, reason: error.reason }
    throw error
  }
  if (index !== chunks) wrong(`${id} ended well after ${index} of ${chunks} chunks`)
  return ok
}

function make(call: Call): [kind: string, Promise<Ending>] {
  const draw = call.random.int(100)
  if (draw < 55) return ['1 KB', callEcho(call, 1_024)]
  if (draw < 70) return ['64 KB', callEcho(call, 65_536)]
  if (draw < 82) return ['stream', callStream(call, { chunks: 10 + call.random.int(50), bytes: 1_024 })]
  if (draw < 90) return ['cancelled', callAndCancel(call)]
  if (draw < 95) return ['slow reader', callStream(call, { chunks: 20, bytes: 32_768, readMs: 20 })]
  return [
    'left stream',
    callStream(call, { chunks: 1_000, bytes: 1_024, stopAfter: 1 + call.random.int(20) }),
  ]
}

async function track(server: number, call: Call): Promise<void> {
  const fromMs = Date.now()
  inFlight++
  const [kind, made] = make(call)
  const { status, reason } = await made.catch((error: unknown) => ({
    status: 'threw',
    reason: String(error),
  }))
  inFlight--
  const toMs = Date.now()
  ended[`${kind} ${status}`] = (ended[`${kind} ${status}`] ?? 0) + 1
  if (toMs - fromMs > PATIENCE_MS + SLACK_MS) wrong(`${call.id} took ${toMs - fromMs} ms`)
  const failure = { id: call.id, kind, server, status, reason, fromMs, toMs }
  if (status !== 'ok') tell({ kind: 'failure', failure })
}

/** Shakes hands with each server, one after the other: all at once, with cold processes, would take longer than a call may. */
async function connected(index: number): Promise<Dendrite> {
  const signer = keyPairFromUri(`//soak//client//${settings.number}//${index}`)
  const dendrite = new Dendrite({ signer, limits: { dialMs: PATIENCE_MS } })
  const bytes = new Uint8Array(0)
  for (const target of settings.targets) {
    const id = `hello ${settings.number}.${settings.life}.${index} ${target.port}`
    // One that is down now is called later.
    await dendrite.call(echo, target, { id, bytes, digest: digestOf(bytes) }, { timeoutMs: PATIENCE_MS })
  }
  return dendrite
}

/** Calls at random times, whatever became of the calls before. */
async function callOn(index: number, dendrite: Dendrite): Promise<void> {
  const its = random.fork(`dendrite ${index}`)
  const everyMs = (1_000 * settings.dendrites) / settings.callsPerSecond
  const own = new Set<Promise<void>>()
  for (let number = 0; !stopping.signal.aborted; number++) {
    const server = its.int(settings.targets.length)
    const target = settings.targets[server] as Target
    const id = `${settings.number}.${settings.life}.${index}.${number}`
    if (own.size < MAX_IN_FLIGHT) {
      const tracked = track(server, { id, dendrite, target, random: its.fork(id) }).finally(() =>
        own.delete(tracked),
      )
      own.add(tracked)
    }
    await sleep(systemClock, 2 * everyMs * its.float(), stopping.signal).catch(() => {})
  }
  await Promise.all(own)
  await dendrite.close()
}

function sample(then?: () => void): void {
  tell({ kind: 'sample', ...memoryNow(), ended, inFlight, steady: steady.text }, then)
}

endWithParent()
process.on('message', (question: Question) => {
  if (question.kind === 'finish') stopping.abort()
  else sample()
})
const dendrites: Dendrite[] = []
while (dendrites.length < settings.dendrites) dendrites.push(await connected(dendrites.length))
tell({ kind: 'ready' })
await Promise.all(dendrites.map((dendrite, index) => callOn(index, dendrite)))
sample(() => process.disconnect())
