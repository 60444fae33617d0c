import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { signBtauth } from '../../../src/http/index.js'
import { send } from '../http/rawHttp.js'
import { bundleIn } from '../network/bundle.js'
import { add, type KeyedAxonOptions, type KeyedAxonReport } from './keyedAxon.js'
import { afterwards, dendriteOf, endAll, until } from './serving.js'

endAll()

const bob = keyPairFromUri('//Bob')
const BODY = JSON.stringify({ a: 2, b: 3 })
const ask = { a: 2, b: 3 }

let folder: string
let remove: () => Promise<void> = async () => {}
beforeAll(async () => {
  const bundled = await bundleIn(fileURLToPath(new URL('.', import.meta.url)), 'keyedAxon')
  folder = bundled.folder
  remove = bundled.remove
})
afterAll(() => remove())

/** An axon in a process, which ends by nothing but SIGKILL. */
class AxonProcess {
  readonly #options: Pick<KeyedAxonOptions, 'uri' | 'folder'>
  #child: ChildProcess | undefined
  port = 0

  constructor(options: Pick<KeyedAxonOptions, 'uri' | 'folder'>) {
    this.#options = options
    afterwards(() => this.kill())
  }

  get target() {
    return { hotkey: keyPairFromUri(this.#options.uri).hotkey, host: '127.0.0.1', port: this.port }
  }

  async start(uri = this.#options.uri): Promise<void> {
    const options: KeyedAxonOptions = { ...this.#options, uri, port: this.port, sender: bob.address }
    const child = fork(join(folder, 'keyedAxon.mjs'), [JSON.stringify(options)])
    this.#child = child
    this.port = await new Promise<number>((resolve, reject) => {
      child.once('message', ({ port }: KeyedAxonReport) => resolve(port))
      child.once('exit', (code) => reject(new TypeError(`it ended by itself, with ${code}`)))
    })
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async callsReceived(): Promise<number> {
    const child = this.#child as ChildProcess
    const answer = once(child, 'message')
    child.send('report')
    return ((await answer)[0] as KeyedAxonReport).callsReceived
  }
}

async function shared(): Promise<string> {
  const path = join(folder, `uses-${process.hrtime.bigint()}`)
  await mkdir(path)
  return path
}

let signed = 0n
/** A request to whoever has a key, right in all. */
async function request(uri: string): Promise<Record<string, string>> {
  const draft = {
    signer: bob,
    target: '/Add',
    body: Buffer.from(BODY),
    receiver: keyPairFromUri(uri).hotkey,
    nonce: BigInt(Date.now()) * 1_000_000n + ++signed,
  }
  return { ...(await signBtauth(draft)), 'content-type': 'application/json' }
}

const post = async ({ port }: AxonProcess, headers: Record<string, string>): Promise<number> =>
  (await send({ host: '127.0.0.1', port }, { path: '/Add', headers, body: BODY })).status

describe('signed requests to two processes that share a store', () => {
  it('are answered by one of them, once, also when both get them at the same time', async () => {
    const at = { uri: '//Alice', folder: await shared() }
    const [one, two] = [new AxonProcess(at), new AxonProcess(at)]
    await Promise.all([one.start(), two.start()])
    const requests = await Promise.all(Array.from({ length: 40 }, () => request('//Alice')))
    const statuses = await Promise.all(
      requests.map((headers) => Promise.all([post(one, headers), post(two, headers)])),
    )
    for (const both of statuses) expect([...both].sort()).toEqual([200, 401])
    expect((await one.callsReceived()) + (await two.callsReceived())).toBe(40)
  })

  it('are refused again by one that was killed and has come back', async () => {
    const at = { uri: '//Alice', folder: await shared() }
    const [one, two] = [new AxonProcess(at), new AxonProcess(at)]
    await Promise.all([one.start(), two.start()])
    const requests = await Promise.all(Array.from({ length: 8 }, () => request('//Alice')))
    for (const headers of requests) expect(await post(one, headers)).toBe(200)
    await one.kill()
    await one.start()
    for (const headers of requests) expect(await post(one, headers)).toBe(401)
    expect(await post(one, await request('//Alice'))).toBe(200)
    expect(await one.callsReceived()).toBe(1)
  })
})

describe('a process that is killed and comes back', () => {
  it('with its key is called by the same dendrite, over a session of its own', async () => {
    const axon = new AxonProcess({ uri: '//Alice', folder: await shared() })
    await axon.start()
    const dendrite = dendriteOf(bob)
    const processOf = async (): Promise<number> => {
      const result = await dendrite.call(add, axon.target, ask)
      return result.status === 'ok' && result.answer.sum === 5 ? result.answer.process : 0
    }
    const seen = new Set<number>()
    for (let life = 0; life < 3; life++) {
      seen.add(await processOf())
      expect(dendrite.connectionCount).toBe(1)
      await axon.kill()
      await until(() => dendrite.connectionCount === 0)
      expect((await dendrite.call(add, axon.target, ask)).status).toBe('unreachable')
      await axon.start()
    }
    expect(seen.size).toBe(3)
    expect(seen.has(0)).toBe(false)
  })

  it('with another key is nobody to who dials the old one, and told nothing of the call', async () => {
    const axon = new AxonProcess({ uri: '//Alice', folder: await shared() })
    await axon.start()
    const { target } = axon
    const dendrite = dendriteOf(bob)
    expect((await dendrite.call(add, target, ask)).status).toBe('ok')
    await axon.kill()
    await axon.start('//Charlie')
    await until(() => dendrite.connectionCount === 0)
    expect(await dendrite.call(add, target, ask)).toMatchObject({
      status: 'unauthenticated',
      unhandled: true,
    })
    expect(await axon.callsReceived()).toBe(0)
    // Whoever was told of the new key is answered, at the same address and by the same dendrite.
    const rotated = { ...target, hotkey: keyPairFromUri('//Charlie').hotkey }
    expect((await dendrite.call(add, rotated, ask)).status).toBe('ok')
    expect(await axon.callsReceived()).toBe(1)
  })
})
