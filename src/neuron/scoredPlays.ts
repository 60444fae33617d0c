import type { PlayResult, SoldCall } from '../mechanism/index.js'

/**
 * What `score` is called with for one task, in order, the state handed on from one call to the next: what `play` returned, and in the short form, besides, each request of a
 * customer as one more task, with the reply of the miner that was asked.
 *
 * @param isShort - whether the mechanism has the `play` that is written already.
 */
export function scoredPlays(played: PlayResult, isShort: boolean): readonly [PlayResult, ...PlayResult[]] {
  if (!isShort) return [played]
  const { sold = [], ...own } = played as { readonly sold?: readonly SoldCall<unknown, unknown>[] }
  return [own, ...sold.map(({ request, reply }) => ({ task: request, responses: [reply] }))]
}
