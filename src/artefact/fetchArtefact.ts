import { createHash } from 'node:crypto'
import {
  check,
  clock as clockCheck,
  func,
  shape,
  signal as signalCheck,
  wholeNumber,
} from '../checks/index.js'
import { type Clock, sleep } from '../clock/index.js'
import { AbortedError, wordsOfThrown } from '../errors/index.js'
import type { Hotkey } from '../units/index.js'
import { digestHex, MOST_ARTEFACT_BYTES } from './artefactCommitment.js'
import { anyHotkey, saltedDigest } from './artefactDigest.js'
import { type ArtefactRequest, CHUNK_BYTES } from './artefactStream.js'

/** Wait before a miner that gave nothing is asked again. */
const PAUSE_MS = 2_000

/** Asks in a row that give nothing. */
const MOST_EMPTY_ASKS = 3

/** What is fetched, and how. */
export interface FetchOptions {
  /** Whose it is. */
  readonly hotkey: Hotkey
  readonly digest: string
  /** How many bytes it has, by the commitment. */
  readonly bytes: number
  /** Asks the miner: a stream of chunks that throws when it is cut, and ends with the signal. */
  readonly stream: (request: ArtefactRequest) => AsyncIterable<Uint8Array>
  readonly clock: Clock
  /** Ends the fetch: its deadline. */
  readonly signal: AbortSignal
}

/** How a fetch ended. */
export type FetchedArtefact =
  | {
      readonly kind: 'ok'
      readonly bytes: Uint8Array
      /** SHA-256 of the bytes alone: what tells copies. */
      readonly contentHash: Uint8Array
    }
  | { readonly kind: 'unavailable'; readonly why: string }

const optionsShape = shape<FetchOptions>({
  hotkey: anyHotkey,
  digest: digestHex,
  bytes: wholeNumber({ min: 1, max: MOST_ARTEFACT_BYTES }),
  stream: func,
  clock: clockCheck,
  signal: signalCheck,
})

/**
 * Fetches an artefact from the miner that committed to it: hashed as it comes, refused at the first byte too many or chunk of another size, and taken up where it stands when
 * the stream is cut, until the signal ends it or the miner gives nothing three times in a row. What the miner does wrong is an outcome and no exception. Takes no more memory than what has come.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { artefactStream, fetchArtefact } from 'subnetkit/artefact'
 * import { systemClock } from 'subnetkit/clock'
 * import type { Dendrite, Target } from 'subnetkit/dendrite'
 *
 * async function fetched(dendrite: Dendrite, target: Target, digest: string, bytes: number) {
 *   const signal = AbortSignal.timeout(60_000)
 *   const stream = (request: { digest: string; from: number }) => dendrite.stream(artefactStream, target, request, { signal })
 *   return await fetchArtefact({ hotkey: target.hotkey, digest, bytes, stream, clock: systemClock, signal })
 * }
 * ```
 */
export async function fetchArtefact(options: FetchOptions): Promise<FetchedArtefact> {
  check('options', optionsShape, options)
  const { hotkey, digest, bytes, stream, clock, signal } = options
  const parts: Uint8Array[] = []
  const hash = createHash('sha256')
  let from = 0
  let emptyAsks = 0
  let lastWords = 'it gave nothing'
  while (!signal.aborted) {
    const before = from
    try {
      for await (const chunk of stream({ digest, from })) {
        if (chunk.length > bytes - from) return unavailable(`more than the ${bytes} bytes of its commitment`)
        if (chunk.length !== Math.min(CHUNK_BYTES, bytes - from))
          return unavailable(
            `a chunk of ${chunk.length} bytes, where ${Math.min(CHUNK_BYTES, bytes - from)} are due`,
          )
        // What came may be a part of a larger frame, which would be kept with it.
        const own = new Uint8Array(chunk)
        parts.push(own)
        hash.update(own)
        from += own.length
        if (from === bytes || signal.aborted) break
      }
      if (from < bytes) lastWords = `it ended after ${from} of ${bytes} bytes`
    } catch (error) {
      lastWords = wordsOfThrown(error)
    }
    if (from === bytes) {
      const contentHash = new Uint8Array(hash.digest())
      if (saltedDigest(hotkey, contentHash) !== digest) return unavailable('bytes of another digest')
      return { kind: 'ok', bytes: joined(parts, bytes), contentHash }
    }
    emptyAsks = from === before ? emptyAsks + 1 : 0
    if (emptyAsks === MOST_EMPTY_ASKS || (emptyAsks > 0 && !(await paused(clock, signal)))) break
  }
  return {
    kind: 'unavailable',
    why: `The miner did not give its bytes in time: ${lastWords.replace(/\.$/, '')}.`,
  }
}

/** Nothing came: whoever asks at once would ask without end. False where the time is over. */
async function paused(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(clock, PAUSE_MS, signal)
    return true
  } catch (error) {
    if (error instanceof AbortedError) return false
    throw error
  }
}

function unavailable(what: string): FetchedArtefact {
  return { kind: 'unavailable', why: `The miner gave ${what}.` }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
