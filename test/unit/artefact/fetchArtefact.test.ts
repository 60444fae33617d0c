import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ArtefactRequest,
  artefactDigest,
  artefactStream,
  CHUNK_BYTES,
  fetchArtefact,
  ServedArtefacts,
} from '../../../src/artefact/index.js'
import { Axon } from '../../../src/axon/index.js'
import { type Clock, sleep, VirtualClock } from '../../../src/clock/index.js'
import { keyPairFromUri, sha256 } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { SeededRandom } from '../../../src/math/index.js'
import { type FaultyPeer, faultyNetwork } from '../../../src/testing/index.js'

const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })
const { hotkey } = bob
const random = new SeededRandom('bytes')
const whole = Uint8Array.from({ length: 3 * CHUNK_BYTES + 1_000 }, () => random.int(256))
const served = new ServedArtefacts(hotkey, [{ kind: 'a', bytes: whole }])
const digest = artefactDigest(hotkey, whole)

type Stream = (request: ArtefactRequest, clock: Clock) => AsyncIterable<Uint8Array>

/** A fetch on virtual time, within a minute. */
async function fetched(stream: Stream) {
  const clock = new VirtualClock()
  const over = new AbortController()
  clock.setTimer(() => over.abort(), 60_000)
  const work = fetchArtefact({
    hotkey,
    digest,
    bytes: whole.length,
    stream: (request) => stream(request, clock),
    clock,
    signal: over.signal,
  })
  let tookMs = -1
  const done = work.then((result) => {
    tookMs = clock.now()
    return result
  })
  await clock.run({ untilMs: 120_000 })
  return { result: await done, tookMs }
}

const of = ({ carrier, clock }: FaultyPeer) => ({ carrier, clock })

describe('a fetch', () => {
  it('gives the bytes and their own hash', async () => {
    const { result } = await fetched((request) => served.chunks(request))
    if (result.kind !== 'ok') throw new TypeError(result.why)
    // Element by element, a comparison takes seconds.
    expect(Buffer.compare(result.bytes, whole)).toBe(0)
    expect(result.contentHash).toEqual(sha256(whole))
  })

  it('goes on where it stands, wherever the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 }), async (cuts) => {
        const asked: number[] = []
        const left = [...cuts]
        const { result } = await fetched(async function* (request) {
          asked.push(request.from)
          let until = left.shift() ?? Number.POSITIVE_INFINITY
          for await (const chunk of served.chunks(request)) {
            if (until-- === 0) throw new Error('cut')
            yield chunk
          }
        })
        expect(result.kind).toBe('ok')
        // Nothing that came is asked for again.
        expect(new Set(asked).size).toBe(asked.length)
      }),
      { numRuns: 30 },
    )
  })

  it('waits before it asks again a miner that gives nothing, and gives up soon', async () => {
    let asks = 0
    const other = new ServedArtefacts(hotkey, [{ kind: 'a', bytes: Uint8Array.of(1) }])
    const { result, tookMs } = await fetched((request) => {
      asks++
      return other.chunks(request)
    })
    expect(result).toEqual({
      kind: 'unavailable',
      why: `The miner did not give its bytes in time: it ended after 0 of ${whole.length} bytes.`,
    })
    expect({ asks, tookMs }).toEqual({ asks: 3, tookMs: 4_000 })
  })

  it('ends with its deadline, however the bytes trickle in', async () => {
    const { result, tookMs } = await fetched(async function* (request, clock) {
      for await (const chunk of served.chunks(request)) {
        await sleep(clock, 25_000)
        yield chunk
      }
    })
    expect(result.kind).toBe('unavailable')
    // The third chunk was under way, and is the last that is waited for.
    expect(tookMs).toBe(75_000)
  })

  it.each([
    [
      'more bytes than it committed to',
      async function* () {
        for (let _at = 0; ; _at += CHUNK_BYTES) yield new Uint8Array(CHUNK_BYTES)
      },
      `The miner gave more than the ${whole.length} bytes of its commitment.`,
    ],
    [
      'a last chunk that is too long',
      async function* ({ from }: ArtefactRequest) {
        for (let at = from; at + CHUNK_BYTES < whole.length; at += CHUNK_BYTES)
          yield whole.subarray(at, at + CHUNK_BYTES)
        yield new Uint8Array(1_001)
      },
      `The miner gave more than the ${whole.length} bytes of its commitment.`,
    ],
    [
      'chunks of another size',
      async function* () {
        yield new Uint8Array(1)
      },
      'The miner gave a chunk of 1 bytes, where 262144 are due.',
    ],
    [
      'other bytes',
      async function* ({ from }: ArtefactRequest) {
        const other = new Uint8Array(whole.length)
        for (let at = from; at < other.length; at += CHUNK_BYTES) yield other.subarray(at, at + CHUNK_BYTES)
      },
      'The miner gave bytes of another digest.',
    ],
  ])('is over for a miner that gives %s', async (_what, stream, why) => {
    const { result, tookMs } = await fetched(stream as Stream)
    expect(result).toEqual({ kind: 'unavailable', why })
    expect(tookMs).toBe(0)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'goes on over sessions that are cut after frame %i',
    async (afterFrame) => {
      const clock = new VirtualClock()
      const network = faultyNetwork({
        seed: 'cut',
        clock,
        faults: [{ kind: 'cut', direction: 'toDialler', afterFrame, connection: 0 }],
      })
      const axon = new Axon({ signer: bob, ...of(network.peer('miner')) })
      axon.handle(artefactStream, (request) => served.chunks(request))
      const dendrite = new Dendrite({
        signer: keyPairFromUri('//Alice', { scheme: 'ed25519' }),
        ...of(network.peer('validator')),
      })
      await axon.start()
      const over = new AbortController()
      const stream: Stream = (request) =>
        dendrite.stream(artefactStream, { hotkey, ...axon.address }, request, { signal: over.signal })
      const { signal } = over
      const work = fetchArtefact({
        hotkey,
        digest,
        bytes: whole.length,
        stream: (request) => stream(request, clock),
        clock,
        signal,
      })
      const done = work.finally(() => over.abort())
      await clock.run({ untilMs: 300_000 })
      expect((await done).kind).toBe('ok')
      await Promise.all([dendrite.close(), axon.stop(), clock.run({ untilMs: 400_000 })])
    },
  )
})
