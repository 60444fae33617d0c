import type { StreamReply } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import type { TextPart, TextRequest } from './protocol.js'

/** What came of a text; more than was asked for is cut. */
export const textOf = ({ parts }: StreamReply<TextPart>, { tokens }: TextRequest): string =>
  parts
    .map(({ chunk }) => chunk.text)
    .join('')
    .slice(0, tokens)

/** Tokens a millisecond, from the ask to the last part that was recorded. */
export function paceOf({
  reply,
  request,
}: {
  readonly reply: StreamReply<TextPart>
  readonly request: TextRequest
}): number {
  const tookMs = (reply.parts.at(-1)?.atMs ?? reply.sentAtMs) - reply.sentAtMs
  return textOf(reply, request).length / Math.max(1, tookMs)
}

/** Of none it is infinite: nothing is quick beside it. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]]
  return low === undefined || high === undefined ? Number.POSITIVE_INFINITY : (low + high) / 2
}

/** The least that a function gives for the rows of each miner. */
export function leastOf<Row extends { readonly hotkey: Hotkey }>(
  rows: readonly Row[],
  of: (row: Row) => number,
): Map<Hotkey, number> {
  const least = new Map<Hotkey, number>()
  for (const row of rows)
    least.set(row.hotkey, Math.min(of(row), least.get(row.hotkey) ?? Number.POSITIVE_INFINITY))
  return least
}
