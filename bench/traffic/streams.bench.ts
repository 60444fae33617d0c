// Chunks of streams between two processes: a bare `ws` that says msgpackr's bytes as fast as they are taken, and streams of an axon.
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { fail } from '../support/digest.js'
import { median, quick, report, rounded } from '../support/measure.js'
import { bareSocket } from './callers.js'
import { type Body, chunks, PAYLOADS } from './messages.js'
import { packr } from './parts.js'
import { playsPart, startPeer } from './peer.js'

const ROUNDS = quick ? 2 : 5
const CHUNKS = { '1 KB': quick ? 4_000 : 20_000, '64 KB': quick ? 400 : 2_000 } as const
const STREAMS = [1, 16]

if (!(await playsPart())) {
  const bare = await startPeer('echo')
  const axon = await startPeer('axon')
  const ws = await bareSocket(bare.place.port)
  const dendrite = new Dendrite({ signer: keyPairFromUri('//caller'), limits: { idleMs: 600_000 } })
  const target = axon.place.targets[0]!
  for (const [size, bytes] of Object.entries(PAYLOADS)) {
    for (const streams of STREAMS) {
      const count = CHUNKS[size as keyof typeof CHUNKS] / streams
      const bareStreams = (): Promise<void> =>
        new Promise((resolve) => {
          let left = streams * count
          const onMessage = (data: Buffer): void => {
            const [, chunk] = packr.unpack(data)
            if (chunk.data.length !== bytes) fail('a bare stream brought something else')
            if (--left > 0) return
            ws.off('message', onMessage)
            resolve()
          }
          ws.on('message', onMessage)
          for (let id = 0; id < streams; id++) ws.send(packr.pack([id, { count, bytes }]))
        })
      const stream = async (): Promise<void> => {
        let at = 0
        for await (const chunk of dendrite.stream(chunks, target, { count, bytes })) check(chunk, at++, bytes)
        if (at !== count) fail(`a stream of ${count} chunks ended after ${at}`)
      }
      const ownStreams = (): Promise<unknown> => Promise.all(Array.from({ length: streams }, stream))
      const rates: [number[], number[]] = [[], []]
      for (let round = -1; round < ROUNDS; round++) {
        for (const [side, work] of [bareStreams, ownStreams].entries()) {
          const startMs = performance.now()
          await work()
          const perSecond = (1_000 * streams * count) / (performance.now() - startMs)
          if (round >= 0) rates[side as 0 | 1].push(perSecond)
        }
      }
      const [barePerSecond, perSecond] = rates.map((side) => rounded(median(side))) as [number, number]
      report({
        bench: 'traffic/streams',
        id: `chunks of ${size}, ${streams === 1 ? 'one stream' : `${streams} streams at once`}`,
        perSecond,
        echoPerSecond: barePerSecond,
        ratio: rounded(median(rates[1].map((rate, round) => rate / rates[0][round]!))),
        medianUs: rounded(1e6 / perSecond),
        baselineUs: rounded(1e6 / barePerSecond),
        runs: ROUNDS,
      })
    }
  }
  ws.terminate()
  await dendrite.close()
  bare.stop()
  axon.stop()
}

function check(chunk: Body, at: number, bytes: number): void {
  if (chunk.text !== String(at) || chunk.data.length !== bytes) fail(`chunk ${at} is another`)
}
