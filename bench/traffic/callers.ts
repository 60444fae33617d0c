// What the measuring process calls with: the bare echo's client, and dendrites.
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite, type Target } from 'subnetkit/dendrite'
import WebSocket from 'ws'
import { fail } from '../support/digest.js'
import { type Body, echo, isEcho, payload } from './messages.js'
import { packr } from './parts.js'

/** Calls over so many connections; each call is known to be answered right. */
export interface Callers {
  /** Over one of the connections. */
  call(connection: number, bytes: number): Promise<void>
  close(): Promise<void>
}

const payloads = new Map<number, Uint8Array>()
let calls = 0

/** Something that was not asked before. */
function nextBody(bytes: number): Body {
  const data = payloads.get(bytes) ?? payload(bytes)
  payloads.set(bytes, data)
  return { text: `call ${calls++}`, data }
}

/** One WebSocket of the bare echo. */
class EchoCaller {
  readonly #ws: WebSocket
  readonly #waiting = new Map<number, (body: Body) => void>()
  #nextId = 0

  constructor(ws: WebSocket) {
    this.#ws = ws
    ws.on('message', (data) => {
      const [id, body] = packr.unpack(data as Buffer)
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      waiting?.(body)
    })
  }

  ask(body: Body): Promise<Body> {
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#ws.send(packr.pack([id, body]))
    })
  }

  close(): void {
    this.#ws.terminate()
  }
}

/** An open WebSocket without anything of ours. */
export async function bareSocket(port: number): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false, skipUTF8Validation: true })
  await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject))
  return ws
}

export async function echoCallers(port: number, connections: number): Promise<Callers> {
  const all: EchoCaller[] = []
  while (all.length < connections) all.push(new EchoCaller(await bareSocket(port)))
  return {
    async call(connection, bytes) {
      const asked = nextBody(bytes)
      const answered = await all[connection]!.ask(asked)
      if (!isEcho(asked, answered)) fail('the bare echo answered something else')
    },
    async close() {
      for (const one of all) one.close()
    },
  }
}

/** As many hotkeys as connections, all of them connected. */
export async function dendriteCallers(target: Target, connections: number): Promise<Callers> {
  const all: Dendrite[] = []
  const call = async (connection: number, bytes: number): Promise<void> => {
    const asked = nextBody(bytes)
    const result = await all[connection]!.call(echo, target, asked)
    if (result.status !== 'ok') fail(`a call ended as ${result.status}: ${result.reason}`)
    if (!isEcho(asked, result.answer)) fail('an axon answered something else')
  }
  for (let at = 0; at < connections; at++) {
    // What is paced comes whether answers do or not, and the echo's client lets any number wait.
    const limits = { idleMs: 600_000, maxQueuedPerConnection: 100_000 }
    all.push(new Dendrite({ signer: keyPairFromUri(`//caller${at}`), limits }))
    await call(at, 16)
  }
  return {
    call,
    async close() {
      await Promise.all(all.map((one) => one.close()))
    },
  }
}
