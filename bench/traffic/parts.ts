// What the second process plays: the bare echo that everything is held to, an axon, or a whole subnet of them.
import { type AddressInfo, createServer } from 'node:net'
import { Packr } from 'msgpackr'
import { Axon } from 'subnetkit/axon'
import { keyPairFromUri } from 'subnetkit/crypto'
import type { Target } from 'subnetkit/dendrite'
import { silentLogger } from 'subnetkit/log'
import { WebSocketServer } from 'ws'
import { chunks, echo, payload } from './messages.js'

/** Where the other process serves. */
export interface PeerPlace {
  readonly port: number
  /** Whom to call, where there are axons. */
  readonly targets: readonly Target[]
}

export type Part = 'echo' | 'axon' | 'subnet'

/** Neurons of a subnet. */
export const SUBNET_AXONS = 256

/** What becomes of a call to a neuron: a tenth are dead, a tenth stall, half of those before they have shaken hands. */
export function fateOf(uid: number): 'answers' | 'dead' | 'silent' | 'stalls' {
  if (uid % 10 === 3) return 'dead'
  if (uid % 10 !== 7) return 'answers'
  return uid % 20 === 7 ? 'silent' : 'stalls'
}

const HOST = '127.0.0.1'

/** Bytes that a bare stream lets wait before it lets others have a turn. */
const MOST_WAITING_BYTES = 1_048_576

/** As fast as the package is: bytes are written as they are, and read as views. */
export const packr = new Packr({ useRecords: false })

export const parts: { readonly [part in Part]: () => Promise<PeerPlace> } = {
  echo: async () => {
    const server = new WebSocketServer({
      host: HOST,
      port: 0,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    })
    server.on('connection', (ws) => {
      ws.on('message', (data) => {
        const [id, body] = packr.unpack(data as Buffer)
        if (body.count === undefined) {
          ws.send(packr.pack([id, body]))
          return
        }
        const bytes = payload(body.bytes)
        let at = 0
        const say = (): void => {
          while (at < body.count && ws.bufferedAmount < MOST_WAITING_BYTES) {
            ws.send(packr.pack([id, { text: String(at++), data: bytes }]))
          }
          if (at < body.count) setImmediate(say)
        }
        say()
      })
    })
    await new Promise((resolve) => server.once('listening', resolve))
    return { port: (server.address() as AddressInfo).port, targets: [] }
  },

  axon: async () => {
    const axon = await startAxon('//server')
    return { port: axon.address.port, targets: [targetOf(axon)] }
  },

  subnet: async () => {
    const targets: Target[] = []
    for (let uid = 0; uid < SUBNET_AXONS; uid++) {
      const uri = `//miner${uid}`
      const fate = fateOf(uid)
      if (fate === 'answers' || fate === 'stalls') targets.push(targetOf(await startAxon(uri, fate)))
      else targets.push({ hotkey: keyPairFromUri(uri).hotkey, host: HOST, port: await mutePort(fate) })
    }
    return { port: 0, targets }
  },
}

/** A port that takes connections and says nothing, or, of the dead, takes none. */
async function mutePort(fate: 'dead' | 'silent'): Promise<number> {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as AddressInfo
  if (fate === 'dead') await new Promise((resolve) => server.close(resolve))
  return port
}

/** An axon as miners run it: its own limits, every hook set, every event heard. */
async function startAxon(uri: string, fate: 'answers' | 'stalls' = 'answers'): Promise<Axon> {
  const axon = new Axon({
    signer: keyPairFromUri(uri),
    logger: silentLogger,
    blacklist: ({ hotkey }) => hotkey.length === 0,
    verify: ({ request }) => request !== null,
    priority: ({ remote }) => (remote === '' ? 1 : 0),
  })
  const counts = { connected: 0, disconnected: 0, answered: 0, failed: 0, refused: 0 }
  for (const name of Object.keys(counts) as (keyof typeof counts)[]) axon.on(name, () => counts[name]++)
  if (fate === 'answers') axon.handle(echo, async (request) => request)
  else axon.handle(echo, ({ text }, { signal }) => untilAborted(signal, text))
  axon.handle(chunks, async function* ({ count, bytes }) {
    const data = payload(bytes)
    for (let at = 0; at < count; at++) yield { text: String(at), data }
  })
  await axon.start()
  return axon
}

function untilAborted(signal: AbortSignal, text: string): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(text))))
}

function targetOf(axon: Axon): Target {
  return { hotkey: axon.hotkey, ...axon.address }
}
