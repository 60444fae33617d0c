import type { IncomingMessage } from 'node:http'
import { type Clock, startDeadline } from '../../clock/index.js'
import { BaseError } from '../../errors/index.js'
import { GatheredBytes } from '../GatheredBytes.js'

/** Why a body was not read to its end. */
export type BodyFault = 'tooLarge' | 'tooSlow' | 'tooManyBytes' | 'encoded' | 'cut'

/** A body was not read to its end; told to the owner of the axon, the caller sees a status. */
export class BodyNotReadError extends BaseError {
  override readonly name = 'BodyNotReadError'
  readonly code = 'BodyNotRead'
  readonly fault: BodyFault

  constructor(details: { fault: BodyFault }) {
    super(`The body of a request was not read: ${words[details.fault]}.`, {
      hints: ['Raise the limits of the axon where callers need more; the caller is told by a status.'],
      docsPath: 'errors#body-not-read',
    })
    this.fault = details.fault
  }
}

const words: Readonly<Record<BodyFault, string>> = {
  tooLarge: 'it is larger than one may be',
  tooSlow: 'it did not come in time',
  tooManyBytes: 'too many bytes of other requests are held already',
  encoded: 'it is compressed, which no protocol here asks for',
  cut: 'the connection ended before it',
}

/** A body that has not come whole. */
interface Reading {
  /** Ends it, and gives back what it holds. */
  readonly giveWay: () => void
}

/**
 * Bytes that all bodies together may hold; nobody's are proven yet when they come. Where they are all held, the oldest of those that are
 * not whole gives way: ones that come slowly lock nobody out.
 */
export class ByteBudget {
  readonly #max: number
  /** In the order in which their first bytes came. */
  readonly #readings = new Set<Reading>()
  #held = 0

  constructor(max: number) {
    this.#max = max
  }

  /** False, and nothing taken, when there are not so many left. */
  take(count: number, reading: Reading): boolean {
    for (const oldest of this.#readings) {
      if (this.#held + count <= this.#max) break
      if (oldest !== reading) oldest.giveWay()
    }
    if (this.#held + count > this.#max) return false
    this.#readings.add(reading)
    this.#held += count
    return true
  }

  /** A body is whole, or is not read further. */
  leave(reading: Reading): void {
    this.#readings.delete(reading)
  }

  give(count: number): void {
    this.#held -= count
  }
}

/** How much of a body is read, and for how long. */
export interface BodyLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly budget: ByteBudget
  readonly clock: Clock
}

/**
 * The bytes of a request's body, as they came. They count in the budget until the returned `release`.
 *
 * @throws BodyNotReadError; what is left of the body is not read, so the connection cannot be used again.
 */
export async function readBody(
  request: IncomingMessage,
  { maxBytes, timeoutMs, budget, clock }: BodyLimits,
): Promise<{ readonly bytes: Uint8Array; readonly release: () => void }> {
  if (request.destroyed) throw new BodyNotReadError({ fault: 'cut' })
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw new BodyNotReadError({ fault: 'encoded' })
  if (Number(request.headers['content-length'] ?? 0) > maxBytes)
    throw new BodyNotReadError({ fault: 'tooLarge' })
  const gathered = new GatheredBytes()
  const release = (): void => budget.give(gathered.length)
  return await new Promise((resolve, reject) => {
    const deadline = startDeadline(clock, timeoutMs)
    const reading: Reading = { giveWay: () => end('tooManyBytes') }
    const end = (fault: BodyFault | undefined): void => {
      budget.leave(reading)
      deadline.dispose()
      request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut)
      // Whoever breaks off may do so once more.
      request.on('error', () => {})
      if (fault === undefined) {
        resolve({ bytes: gathered.bytes, release })
        return
      }
      request.pause()
      release()
      reject(new BodyNotReadError({ fault }))
    }
    const onData = (chunk: Uint8Array): void => {
      if (gathered.length + chunk.length > maxBytes) end('tooLarge')
      else if (!budget.take(chunk.length, reading)) end('tooManyBytes')
      else gathered.add(chunk)
    }
    const onEnd = (): void => end(undefined)
    const onCut = (): void => end('cut')
    deadline.signal.addEventListener('abort', () => end('tooSlow'))
    request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut)
  })
}
