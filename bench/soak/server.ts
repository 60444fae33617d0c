// One server of `npm run soak`, in a process of its own. Arguments: its number, its port (0 for any).
import { Axon } from 'subnetkit/axon'
import { sleep, systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import {
  AnswerSum,
  bytesOf,
  count,
  digestOf,
  echo,
  endWithParent,
  memoryNow,
  PATIENCE_MS,
  type Question,
  STEADY,
  slow,
  tell,
} from './traffic.js'

/** Ids that are remembered: far more than are under way, and always as many, so that memory stays level. */
const REMEMBERED = 16_384

const [number, port] = process.argv.slice(2).map(Number) as [number, number]
const seen = new Set<string>(Array.from({ length: REMEMBERED }, (_, at) => `none 0.0.${at}`))
const steady = new AnswerSum()
let [handled, doubled, wrong] = [0, 0, 0]

function begin(id: string): void {
  handled++
  if (seen.has(id)) doubled++
  for (const oldest of seen) {
    seen.delete(oldest)
    break
  }
  seen.add(id)
}

endWithParent()
const axon = new Axon({
  signer: keyPairFromUri(`//soak//server//${number}`),
  port,
  limits: {
    maxConnections: 2_048,
    maxRunning: 512,
    maxRunningPerCaller: 64,
    maxQueued: 2_048,
    handshakeMs: PATIENCE_MS,
  },
})
axon.handle(echo, ({ id, bytes, digest }) => {
  begin(id)
  if (digestOf(bytes) !== digest) wrong++
  const answer = bytesOf(`answer ${id}`, bytes.length)
  const its = digestOf(answer)
  if (id.startsWith(`${STEADY}.`)) steady.add(id, its)
  return { id, bytes: answer, digest: its }
})
axon.handle(slow, async ({ id, ms }, { signal }) => {
  begin(id)
  await sleep(systemClock, ms, signal)
  return { id }
})
axon.handle(count, async function* ({ id, chunks, bytes }) {
  begin(id)
  for (let index = 0; index < chunks; index++) {
    const data = bytesOf(`chunk ${index} ${id}`, bytes)
    yield { id, index, bytes: data, digest: digestOf(data) }
  }
})
await axon.start()

process.on('message', (question: Question) => {
  if (question.kind === 'finish') {
    void axon.stop().then(() => process.disconnect())
    return
  }
  tell({
    kind: 'sample',
    ...memoryNow(),
    handled,
    doubled,
    wrong,
    connections: axon.counters.connectionsOpen,
    steady: steady.text,
  })
})
tell({ kind: 'ready', port: axon.address.port, hotkey: axon.hotkey })
