// `npm run soak`: servers and clients in processes of their own, over real sockets, for an hour or as long as it is told, while some of
// them are killed. Ends with a verdict: nothing lost, nothing doubled, nothing another's, memory level.
import { fork } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { runFacts } from './bench/record.mjs'
import { bundle } from './bundle.mjs'
import { readOptions, wrongNumber } from './options.mjs'
import { ensureInstalled, root } from './setUp.mjs'
import { memoryGrowth, unexplained } from './soak/judge.mjs'

const help = `Usage: npm run soak -- [options]

Runs servers and clients as processes of their own, over real sockets and encrypted sessions: calls of 1 KB and 64 KB, streams, calls that
are cancelled, readers that are slow or leave. All but one server and one client are killed at random times, and come back. Every answer and
chunk is held to the id and the digest that it must have, on both ends. Progress goes to standard error each minute, the result to standard
output as one JSON line. Ends with 1 when anything was lost, doubled or wrong, or when memory of the server or the client that is never killed grew.
It takes about a core of its own: where there is less, timers are seconds late and calls fail for want of it, which the verdict says. Where a kernel
groups processes by session, as Linux does for desktops, nice moves it among its own processes only.

Options:
  --minutes N            how long (default 60)
  --connections N        of all clients to all servers (default 200)
  --servers N            (default 4)
  --clients N            (default 5)
  --calls-per-second N   of all clients together (default 300)
  --kills-per-minute N   (default 4)
  --memory-percent N     by how much memory may grow, its mean over the last three quarters against the first (default 5)
  --seed TEXT            decides on calls and kills (default: a new one, which is printed)
  --record               also append the line to bench/soaks.jsonl
  --record FILE          ... or to FILE
  --help                 show this text
`

const bounds = {
  minutes: [1, 10_000],
  connections: [1, 10_000],
  servers: [1, 64],
  clients: [1, 64],
  'calls-per-second': [1, 100_000],
  'kills-per-minute': [0, 600],
  'memory-percent': [1, 1_000],
}
const text = (value) => ({ type: 'string', default: value })
const { values, texts } = readOptions(
  help,
  {
    minutes: text('60'),
    connections: text('200'),
    servers: text('4'),
    clients: text('5'),
    'calls-per-second': text('300'),
    'kills-per-minute': text('4'),
    'memory-percent': text('5'),
    seed: text(`${process.hrtime.bigint()}`),
    record: { type: 'boolean' },
  },
  (given, [file, ...rest]) => {
    const unexpected = given.record ? rest[0] : file
    return unexpected === undefined ? wrongNumber(given, bounds) : `Unexpected argument '${unexpected}'`
  },
)
const [minutes, connections, servers, clients, callsPerSecond, killsPerMinute, memoryPercent] = Object.keys(
  bounds,
).map((name) => Number(values[name]))
/** Each dendrite has one connection to every server. */
const dendrites = Math.ceil(connections / (clients * servers))
const spanMs = 60_000 * minutes
/** Of the memory of the server and the client that are never killed. */
const samplesEveryMs = Math.max(5_000, spanMs / 240)
const STEADY = 0
/** Timers that are later than this say that the machine had no time for these processes. */
const BUSY_MS = 1_000

if (!ensureInstalled()) process.exit(1)
const programOf = (source, name) => bundle(join(root, source), join(root, `.build/soak/${name}.mjs`))
const serverProgram = await programOf('bench/soak/server.ts', 'server')
const clientProgram = await programOf('bench/soak/client.ts', 'client')
const mathProgram = await programOf('src/math/index.ts', 'math')

const children = new Set()
const outages = []
const failures = []
const wrongs = []
const memory = { server: [], client: [] }
const totals = { doubled: 0, wrongRequests: 0, handled: 0 }
const ended = {}
const kills = { server: 0, client: 0 }
let steadyServer
let steadyClient
let interrupted
let isOver = false
let unfinished = 0
/** Most by which the timers of any process were late: since the last line of progress, and ever. */
let [lateMs, mostLateMs] = [0, 0]

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopBy(signal))
// Whatever ends this program ends the others.
process.on('exit', () => {
  for (const { child } of children) child.kill('SIGKILL')
})
process.on('uncaughtException', (error) => {
  say(error.stack)
  process.exit(1)
})

const { SeededRandom } = await import(mathProgram)
const random = new SeededRandom(`${values.seed} kills`)

say(
  `seed "${values.seed}": ${minutes} minutes, ${clients * dendrites * servers} connections of ${clients} clients to ${servers} servers, ${callsPerSecond} calls a second, ${killsPerMinute} kills a minute`,
)
const serverStates = []
for (let number = 0; number < servers; number++) serverStates.push(await startServer(number, 0))
const clientStates = []
for (let number = 0; number < clients; number++) clientStates.push(await startClient(number, 0))
const startedMs = Date.now()
const timers = [setInterval(showProgress, 60_000), setInterval(sampleSteady, samplesEveryMs)]
if (killsPerMinute > 0) void killOn()
setTimeout(() => void finish(), spanMs)

function startServer(number, port) {
  const child = fork(serverProgram, [String(number), String(port)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const state = { kind: 'server', number, child, last: undefined }
  if (number === STEADY) steadyServer = state
  return started(state, (report) => {
    if (report.kind !== 'sample') return
    state.last = report
    state.onSample?.()
    if (number === STEADY) memory.server.push(memoryOf(report))
  })
}

function startClient(number, life) {
  const settings = {
    number,
    life,
    seed: values.seed,
    dendrites,
    targets: serverStates.map(({ port, hotkey }) => ({ host: '127.0.0.1', port, hotkey })),
    callsPerSecond: callsPerSecond / clients,
  }
  const child = fork(clientProgram, [JSON.stringify(settings)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const state = { kind: 'client', number, life, child, last: undefined }
  if (number === STEADY) steadyClient = state
  return started(state, (report) => {
    if (report.kind === 'failure') failures.push(report.failure)
    else if (report.kind === 'wrong') wrongs.push(report.what)
    else if (report.kind === 'sample') {
      state.last = report
      if (number === STEADY) memory.client.push(memoryOf(report))
    }
  })
}

function sampleSteady() {
  for (const state of [steadyServer, steadyClient]) ask(state)
}

/** Collecting garbage for a sample takes time: on a busy machine the next one is not asked for before. */
function ask(state) {
  if (state.isAsked || !state.child.connected) return
  state.isAsked = true
  state.child.send({ kind: 'sample' })
}

function memoryOf({ heapBytes, rssBytes }) {
  return { atMs: Date.now() - startedMs, heapBytes, rssBytes }
}

/** A child from its start to its end; resolves when it is ready. */
function started(state, onReport) {
  const { child, kind, number } = state
  children.add(state)
  say(`${kind} ${number} is process ${child.pid}`)
  state.ended = new Promise((end) => child.once('exit', end))
  child.once('exit', (code, signal) => {
    children.delete(state)
    if (state.isKilled || interrupted !== undefined || (isOver && code === 0)) return
    wrongs.push(`${kind} ${number} ended by itself, with ${signal ?? code}`)
  })
  return new Promise((ready) => {
    child.once('exit', () => ready(state))
    child.on('message', (report) => {
      if (report.kind === 'sample') {
        state.isAsked = false
        lateMs = Math.max(lateMs, report.lateMs)
        mostLateMs = Math.max(mostLateMs, report.lateMs)
      }
      if (report.kind === 'ready') ready(Object.assign(state, { port: report.port, hotkey: report.hotkey }))
      else onReport(report)
    })
  })
}

/** Kills and brings back, one after the other, until the end. */
async function killOn() {
  const victims = [...serverStates, ...clientStates].filter(({ number }) => number !== STEADY)
  while (victims.length > 0) {
    await pause((2 * random.float() * 60_000) / killsPerMinute)
    if (isOver || interrupted !== undefined) return
    const { kind, number } = random.pick(victims)
    void killAndRestart(kind, number, 500 + random.int(4_500))
  }
}

async function killAndRestart(kind, number, downMs) {
  const states = kind === 'server' ? serverStates : clientStates
  const state = states[number]
  if (state.isKilled) return
  state.isKilled = true
  kills[kind]++
  const outage = {
    server: kind === 'server' ? number : undefined,
    fromMs: Date.now(),
    toMs: Number.POSITIVE_INFINITY,
  }
  outages.push(outage)
  if (state.last !== undefined) addUp(state)
  state.child.kill('SIGKILL')
  await state.ended
  await pause(downMs)
  if (interrupted !== undefined) return
  states[number] = await (kind === 'server'
    ? startServer(number, state.port)
    : startClient(number, state.life + 1))
  outage.toMs = Date.now()
  if (isOver) states[number].child.send({ kind: 'finish' })
}

function addUp({ kind, last }) {
  if (kind === 'server') {
    totals.handled += last.handled
    totals.doubled += last.doubled
    totals.wrongRequests += last.wrong
    return
  }
  for (const [what, many] of Object.entries(last.ended)) ended[what] = (ended[what] ?? 0) + many
  unfinished += isOver ? last.inFlight : 0
}

function showProgress() {
  for (const state of children) ask(state)
  const { heapBytes, rssBytes } = memory.server.at(-1) ?? { heapBytes: 0, rssBytes: 0 }
  const { explained, others } = unexplained(failures, outages)
  const minute = Math.round((Date.now() - startedMs) / 60_000)
  say(
    `minute ${minute} of ${minutes}: ${steadyServer.last?.connections ?? 0} connections to the steady server, which answered ${steadyServer.last?.handled ?? 0} calls; heap ${mib(heapBytes)}, rss ${mib(rssBytes)} MiB; ${kills.server} servers and ${kills.client} clients killed; ${explained} calls failed by that, ${others.length} otherwise; ${wrongs.length} wrong; timers up to ${lateMs} ms late`,
  )
  lateMs = 0
}

/** No more calls; what is under way ends, then everything. */
async function finish() {
  if (interrupted !== undefined) return
  isOver = true
  for (const timer of timers) clearInterval(timer)
  for (const state of clientStates) if (state.child.connected) state.child.send({ kind: 'finish' })
  const patience = setTimeout(() => {
    wrongs.push('Clients did not end.')
    verdict()
  }, 60_000)
  while ([...children].some(({ kind }) => kind === 'client') || clientStates.some((state) => state.isKilled))
    await pause(100)
  for (const state of clientStates) if (state.last !== undefined) addUp(state)
  for (const state of serverStates.filter(({ child }) => child.connected)) {
    await new Promise((sampled) => {
      state.onSample = sampled
      state.child.once('exit', sampled)
      state.child.send({ kind: 'sample' })
    })
    addUp(state)
    state.child.send({ kind: 'finish' })
    await state.ended
  }
  clearTimeout(patience)
  verdict()
}

function verdict() {
  const { explained, others } = unexplained(failures, outages)
  const growth = { server: memoryGrowth(memory.server, spanMs), client: memoryGrowth(memory.client, spanMs) }
  const steady = { server: steadyServer.last?.steady, client: clientStates[STEADY].last?.steady }
  const faults = [
    ...wrongs,
    ...others.map(wordsOf),
    ...(totals.doubled > 0 ? [`${totals.doubled} requests came twice`] : []),
    ...(totals.wrongRequests > 0 ? [`${totals.wrongRequests} requests came with other bytes`] : []),
    ...(unfinished > 0 ? [`${unfinished} calls never ended`] : []),
    ...(steady.server === steady.client
      ? []
      : [`the steady server gave ${steady.server}, the steady client got ${steady.client}`]),
    ...['server', 'client'].flatMap((whose) =>
      ['heap', 'rss'].flatMap((what) => {
        const { percent } = growth[whose][what]
        const words = `${what} of the steady ${whose} grew by ${percent}%, which is more than ${memoryPercent}%`
        return percent > memoryPercent ? [words] : []
      }),
    ),
  ]
  const result = {
    ...runFacts(root),
    seed: values.seed,
    minutes,
    connections: clients * dendrites * servers,
    calls: Object.values(ended).reduce((sum, many) => sum + many, 0),
    handled: totals.handled,
    ended: Object.fromEntries(Object.entries(ended).sort()),
    kills,
    failedByKills: explained,
    steady: steady.server,
    memory: growth,
    mostLateMs,
    faults: faults.slice(0, 50),
  }
  console.log(JSON.stringify(result))
  say(
    faults.length === 0
      ? 'Nothing lost, nothing doubled, nothing wrong; memory is level.'
      : `FAILED:\n${[...busy(), ...faults.slice(0, 50)].join('\n')}`,
  )
  if (values.record)
    appendFileSync(resolve(root, texts[0] ?? 'bench/soaks.jsonl'), `${JSON.stringify(result)}\n`)
  process.exit(faults.length === 0 ? 0 : 1)
}

/** What to think of calls that were too late. */
function busy() {
  if (mostLateMs < BUSY_MS) return []
  return [
    `The machine was busy: timers were up to ${mostLateMs} ms late, and calls may have failed for that.`,
  ]
}

/** Which call failed, and how long after its server had come back. */
function wordsOf({ id, kind, server, status, reason, fromMs, toMs }) {
  const backAt = Math.max(
    ...outages.filter((outage) => outage.server === server).map((outage) => outage.toMs),
    0,
  )
  const since =
    backAt > 0 && backAt < toMs ? `, begun ${((fromMs - backAt) / 1_000).toFixed(1)} s after it was back` : ''
  return `call ${id} (${kind}) to server ${server} ended as ${status} after ${((toMs - fromMs) / 1_000).toFixed(1)} s${since}: ${reason}`
}

/** Ends every process, and this one. */
function stopBy(signal) {
  interrupted = signal
  say(`Stopped by ${signal}: no verdict.`)
  process.exit(128 + constants.signals[signal])
}

function pause(ms) {
  return new Promise((end) => setTimeout(end, ms))
}

function mib(bytes) {
  return (bytes / 2 ** 20).toFixed(1)
}

function say(line) {
  process.stderr.write(`${line}\n`)
}
