import type { IncomingMessage } from 'node:http'
import { createGunzip, createInflate } from 'node:zlib'
import { BaseError } from '../../errors/index.js'

/** What is wrong with the body of a response. */
export type ResponseFault = 'tooLarge' | 'encoding' | 'cut'

const words: Readonly<Record<ResponseFault, string>> = {
  tooLarge: 'it is larger than an answer may be',
  encoding: 'it is compressed in a way that is not read, or wrongly',
  cut: 'the connection ended before it',
}

/** The body of a response cannot be read to its end. It becomes the status of its call and is never thrown to callers. */
export class ResponseBodyError extends BaseError {
  override readonly name = 'ResponseBodyError'
  readonly code = 'ResponseBody'
  readonly fault: ResponseFault

  constructor(details: { fault: ResponseFault; cause?: unknown }) {
    super(`The body of a response cannot be read: ${words[details.fault]}.`, {
      hints: ['Look at the server, or raise limits.maxFrameBytes where its answers are large.'],
      docsPath: 'errors#response-body',
      cause: details.cause,
    })
    this.fault = details.fault
  }
}

/**
 * The bytes of a response in pieces, decompressed. Both what comes and what it unpacks to are held to one bound each; a piece is asked for
 * when the last was taken.
 *
 * @throws ResponseBodyError
 */
export async function* decodedBody(response: IncomingMessage, maxBytes: number): AsyncGenerator<Uint8Array> {
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') {
    yield* bounded(response, maxBytes, 'cut')
    return
  }
  if (encoding !== 'gzip' && encoding !== 'deflate') throw new ResponseBodyError({ fault: 'encoding' })
  const decoder = encoding === 'gzip' ? createGunzip() : createInflate()
  const feed = (async () => {
    for await (const piece of bounded(response, maxBytes, 'cut')) {
      if (decoder.destroyed) return
      if (!decoder.write(piece))
        await new Promise<void>((resolve) => decoder.once('drain', resolve).once('close', resolve))
    }
    decoder.end()
  })()
  feed.catch((error: unknown) => decoder.destroy(error instanceof Error ? error : undefined))
  try {
    yield* bounded(decoder, maxBytes, 'encoding')
  } finally {
    decoder.destroy()
  }
}

/** @param fault - what it is when the source itself fails. */
async function* bounded(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  fault: ResponseFault,
): AsyncGenerator<Uint8Array> {
  let length = 0
  try {
    for await (const piece of source) {
      length += piece.length
      if (length > maxBytes) throw new ResponseBodyError({ fault: 'tooLarge' })
      yield piece
    }
  } catch (cause) {
    throw cause instanceof BaseError ? cause : new ResponseBodyError({ fault, cause })
  }
}
