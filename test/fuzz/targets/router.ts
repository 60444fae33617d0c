import { encodeCanonical } from '../../../src/codec/index.js'
import { isAddress, keyPairFromUri } from '../../../src/crypto/index.js'
import { InvalidArgumentError, ShapeError } from '../../../src/errors/index.js'
import { Metagraph } from '../../../src/metagraph/index.js'
import { RouterMemoryError } from '../../../src/router/index.js'
import { LatencySketch } from '../../../src/router/LatencySketch.js'
import { MinerHealth } from '../../../src/router/MinerHealth.js'
import { readCandidates } from '../../../src/router/readCandidates.js'
import { decodeMemory, encodeMemory } from '../../../src/router/routerMemory.js'
import { decoder, type FuzzTarget } from '../FuzzTarget.js'
import { jsonIn, metagraphTexts } from './files.js'

const limits = { maxRemembered: 64, maxMemoryBytes: 65_536 }
const sketch = new LatencySketch([0, 3, 0, 9, 500])
const figures = {
  success: { good: 9.5, bad: 0.25, atMs: 1_000 },
  pace: 1.5,
  concurrency: 8,
  lastUsedMs: 2_000,
  latencies: [
    ['ask', sketch],
    ['', new LatencySketch()],
  ],
} as const
const known = ['//Alice', '//Bob'].map(
  (uri) => [keyPairFromUri(uri, { scheme: 'ed25519' }).hotkey, new MinerHealth(figures)] as const,
)
const MOST = 2
/** Whatever time is stored is past, and taken as it is. */
const TIMES = { nowMs: Number.POSITIVE_INFINITY, aheadMs: 0 }

/** A metagraph as it was told by a node, and what a router makes of it: every candidate can be dialled and weighed. */
function candidatesIn(input: Uint8Array): readonly unknown[] {
  const options = { most: MOST, self: undefined, isKnown: () => false, filter: undefined, price: undefined }
  const onFault = (): void => {
    throw new TypeError('a fault was told where nobody judges')
  }
  const candidates = readCandidates(Metagraph.fromJSON(jsonIn(input)), { ...options, onFault })
  if (candidates.length > MOST) throw new TypeError(`it took ${candidates.length} candidates`)
  for (const { target, incentive, price } of candidates) {
    const isRight = isAddress(target.hotkey) && target.port > 0 && incentive >= 0 && price === 1
    if (!isRight || !Number.isFinite(incentive))
      throw new TypeError('it took a candidate that cannot be asked')
  }
  return candidates
}

export const routerTargets: readonly FuzzTarget[] = [
  decoder('decodeMemory', {
    share: 4,
    corpus: [
      encodeMemory(known, limits),
      encodeMemory([], limits),
      encodeCanonical(['subnetkit/router/1', [1]]),
    ].map((bytes) => Uint8Array.from(bytes)),
    refusals: [RouterMemoryError],
    decode: (input) =>
      decodeMemory(input, limits, TIMES).map(([hotkey, { latencies, ...rest }]) => ({
        hotkey,
        ...rest,
        latencies: latencies.map(([synapse, { counts }]) => [synapse, counts]),
      })),
    encode: (rows) =>
      encodeCanonical([
        'subnetkit/router/1',
        rows.map(({ hotkey, success, pace, concurrency, lastUsedMs, latencies }) => [
          hotkey,
          success.good,
          success.bad,
          success.atMs,
          pace,
          concurrency,
          lastUsedMs,
          latencies as never,
        ]),
      ]),
  }),
  decoder('readCandidates', {
    share: 0.5,
    corpus: metagraphTexts,
    refusals: [InvalidArgumentError, ShapeError],
    decode: candidatesIn,
    bound: (bytes) => ({ ms: 10 + bytes / 500, bytes: 1_048_576 + 512 * bytes }),
  }),
]
