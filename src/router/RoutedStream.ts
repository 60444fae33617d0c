import type { RouteServices } from './RouteServices.js'
import type { StreamPart } from './routedResult.js'
import { StreamRoute } from './StreamRoute.js'
import type { StreamWish } from './streamWish.js'

/**
 * A stream through a router: its chunks, each once, and who gave which. It is asked for with the first chunk; to stop reading ends the
 * request.
 *
 * @example
 * ```ts
 * import type { RoutedStream } from 'subnetkit/router'
 *
 * async function read(stream: RoutedStream<string>): Promise<string> {
 *   let text = ''
 *   for await (const chunk of stream) text += chunk
 *   for (const { hotkey, chunks } of stream.parts) console.log(`${chunks} chunks of ${hotkey}`)
 *   return text
 * }
 * ```
 */
export interface RoutedStream<Chunk> extends AsyncIterable<Chunk> {
  /** Who gave which chunks so far, in order; a copy. */
  readonly parts: readonly StreamPart[]
  [Symbol.asyncIterator](): AsyncGenerator<Chunk, void, undefined>
}

/** A stream that is asked for when it is first read. */
export function routedStream<Request, Chunk>(
  services: RouteServices,
  wish: StreamWish<Request, Chunk>,
  onOver: () => void,
): RoutedStream<Chunk> {
  const route = new StreamRoute(services, wish)
  let failure: { readonly error: unknown } | undefined
  const read = async function* (): AsyncGenerator<Chunk, void, undefined> {
    try {
      yield* route.read()
    } catch (error) {
      failure = { error }
      throw error
    } finally {
      onOver()
    }
  }
  // One reading, however often it is asked for: nothing is delivered twice.
  const chunks = read()
  const next = chunks.next.bind(chunks)
  chunks.next = async () => {
    const item = await next()
    // A generator tells its error once: to who reads again, or beside, what is cut off would look complete.
    if (item.done === true && failure !== undefined) throw failure.error
    return item
  }
  return {
    get parts() {
      return route.parts
    },
    [Symbol.asyncIterator]: () => chunks,
  }
}
