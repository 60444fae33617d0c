import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type AxonLimits, defaultAxonLimits } from '../../../src/axon/index.js'
import { type KeyPair, keyPairFromUri } from '../../../src/crypto/index.js'
import { defineSynapse, packValue } from '../../../src/synapse/index.js'
import { bundleIn } from '../network/bundle.js'
import type { FloodedState } from './floodedAxon.js'
import { alice, dendriteOf, endAll, proven, until } from './serving.js'
import { total, worstCaseBytes } from './worstCase.js'

endAll()

const MIB = 1_048_576
const key = (uri: string): KeyPair => keyPairFromUri(uri, { scheme: 'ed25519' })
const validators = [1, 2, 3, 4].map((number) => key(`//Validator//${number}`))
/** More than the axon has places of any kind. */
const STRANGERS = 56
/** Bytes of a stranger's request, of which each sends so many: 40 MiB in all. */
const [REQUEST_BYTES, REQUESTS] = [150_000, 5]

const limits: AxonLimits = {
  ...defaultAxonLimits,
  maxConnections: 48,
  maxConnectionsPerCaller: 4,
  maxRunning: 8,
  maxRunningPerCaller: 4,
  maxQueued: 16,
  maxQueuedPerCaller: 8,
  maxAdmitting: 16,
  maxRequestBytes: 16 * MIB,
  maxTotalUnreadBytes: 16 * MIB,
  maxUnfinishedBytes: 16 * MIB,
}

/** A schema that takes everything. */
const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const
const quick = defineSynapse({ name: 'quick', request: anything as never, answer: anything as never })

let folder: string
let remove: () => Promise<void> = async () => {}
let child: ChildProcess | undefined

beforeAll(async () => {
  const bundled = await bundleIn(fileURLToPath(new URL('.', import.meta.url)), 'floodedAxon')
  folder = bundled.folder
  remove = bundled.remove
})
afterEach(() => void child?.kill('SIGKILL'))
afterAll(() => remove())

async function state(of: ChildProcess): Promise<FloodedState> {
  const answer = once(of, 'message')
  of.send('state')
  return (await answer)[0] as FloodedState
}

/** Whether each validator is answered over a connection that stood before, and one over a new connection, while strangers flood the axon. */
async function flooded(standing: readonly string[], timeoutMs: number) {
  const args = [JSON.stringify(limits), JSON.stringify(standing)]
  const flooding = fork(join(folder, 'floodedAxon.mjs'), args, { execArgv: ['--expose-gc'] })
  child = flooding
  const [{ port }] = (await once(flooding, 'message')) as [{ port: number }]
  const target = { hotkey: alice.hotkey, host: '127.0.0.1', port }
  const before = await state(flooding)
  const old = validators.map((signer) => dendriteOf(signer))
  const statuses: string[] = []
  const ask = async (): Promise<void> => {
    const fresh = dendriteOf(validators[0])
    const asked = [...old, fresh].map((dendrite) =>
      dendrite.call(quick, target, null as never, { timeoutMs }),
    )
    for (const { status } of await Promise.all(asked)) statuses.push(status)
    await fresh.close()
  }
  await ask()
  const body = new Uint8Array(REQUEST_BYTES)
  for (let at = 0; at < STRANGERS; at++) {
    const stranger = await proven({ target }, key(`//Sybil//${at >> 2}`)).catch(() => undefined)
    // Turned away before it could ask.
    if (stranger === undefined) continue
    for (let id = 0; id < REQUESTS; id++)
      stranger.session.send(packValue([1, id, false, 'hang', 60_000, 0, body]))
    await new Promise((resolve) => setImmediate(resolve))
    await until(() => stranger.peer.socket.writableLength === 0 || stranger.peer.socket.destroyed, 20_000)
    if (at % 8 === 7) await ask()
  }
  await ask()
  const { heldBytes, counters } = await state(flooding)
  return { statuses, counters, held: heldBytes - before.heldBytes }
}

describe('callers with standing, over real sockets', () => {
  it('are answered, all of them, while strangers fill every place that strangers may have', async () => {
    const { statuses, counters, held } = await flooded(
      validators.map(({ hotkey }) => hotkey),
      20_000,
    )
    expect(statuses).toEqual(Array(45).fill('ok'))
    const { queueFull = 0, admittingFull = 0, requestBytesFull = 0, pushedOut = 0 } = counters.refused
    expect(queueFull + admittingFull + requestBytesFull).toBeGreaterThan(20)
    expect(pushedOut + (counters.refused.tooManyConnections ?? 0)).toBeGreaterThan(0)
    // A quarter is kept from strangers.
    expect(counters.callsRunning).toBe(6)
    expect(held).toBeLessThan(total(worstCaseBytes(limits)))
  }, 120_000)

  it('would not be without it', async () => {
    const { statuses, counters } = await flooded([], 5_000)
    expect(statuses.slice(0, 5)).toEqual(Array(5).fill('ok'))
    expect(statuses.slice(-5).filter((status) => status === 'ok')).toEqual([])
    expect(counters.callsRunning).toBe(8)
  }, 120_000)
})
