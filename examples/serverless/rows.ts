import type { Reply, StreamReply } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { type Image, imageOf, type KindName, kindNames, stepOf } from './apps.js'
import { added, type Entries, type Entry, median, nothing } from './columns.js'
import type { Invocation } from './protocol.js'

/** An invocation in the log, and what came of it. */
export interface Row {
  readonly hotkey: Hotkey
  /** Whose it was; null for one of the desk itself. */
  readonly customer: Hotkey | null
  readonly request: Invocation
  readonly reply: StreamReply<{ readonly value: number }>
  /** Says which of its steps is done again. */
  readonly drawn: number
}

/** Whether all of it came. */
export const isDone = ({ request, reply }: Row): boolean =>
  reply.status === 'ok' && reply.parts.length === request.steps

/** What a step took, from the first one on: until that one came the call may have waited. */
export function stepMsOf({ reply: { parts, sentAtMs } }: Row): number {
  const [first, last] = [parts[0]?.atMs ?? sentAtMs, parts.at(-1)?.atMs ?? sentAtMs]
  return parts.length > 1 ? (last - first) / (parts.length - 1) : last - sentAtMs
}

/** Does steps again, with each image made once. */
export class Checker {
  readonly #images = new Map<string, Image>()

  isStep({ kind, version }: Pick<Invocation, 'kind' | 'version'>, value: number, next: number): boolean {
    const key = `${kind} ${version}`
    const image = this.#images.get(key) ?? imageOf(kind, version)
    this.#images.set(key, image)
    return stepOf(kind, image, value) === next
  }

  /** Whether the drawn step is right, of those that came. */
  isRight({ request, reply: { parts }, drawn }: Row): boolean {
    const nth = drawn % Math.max(1, parts.length)
    const next = parts[nth]?.chunk.value
    return next === undefined || this.isStep(request, parts[nth - 1]?.chunk.value ?? request.value, next)
  }
}

/** What a step of each application takes the usual miner: the median of the calls, so that a machine has as many votes under one name as under ten. */
export function usualStepMs(rows: readonly Row[]): Map<KindName, number> {
  const of = (kind: KindName) =>
    rows.filter(({ request }) => request.kind === kind).map((row) => ({ value: stepMsOf(row), weight: 1 }))
  return new Map(kindNames.map((kind) => [kind, median(of(kind))]))
}

/** Who did the first step soonest; several, where they were equally quick. */
export function soonestOf(
  starts: readonly Pick<Reply<unknown>, 'hotkey' | 'status' | 'elapsedMs'>[],
): Hotkey[] {
  const done = starts.filter(({ status }) => status === 'ok')
  const least = Math.min(...done.map(({ elapsedMs }) => elapsedMs))
  return done.filter(({ elapsedMs }) => elapsedMs === least).map(({ hotkey }) => hotkey)
}

/**
 * What each miner did in a round.
 *
 * @param stepMs - what a step of a call is worth.
 * @param bounty - who was first, and what part of it each of them has.
 */
export function entriesOf(
  rows: readonly Row[],
  stepMs: (row: Row) => number,
  bounty: { readonly winners: readonly Hotkey[]; readonly part: number; readonly units: number },
): Entries {
  const entries = new Map<Hotkey, Entry>()
  const add = (hotkey: Hotkey, more: Partial<Entry>): void =>
    void entries.set(hotkey, added(entries.get(hotkey) ?? nothing, { ...nothing, ...more }))
  const seen = new Map<Hotkey, Set<KindName>>()
  for (const row of rows) {
    const { hotkey, request } = row
    const before = seen.get(hotkey) ?? new Set()
    add(hotkey, { units: request.steps * stepMs(row), calls: 1, apps: before.has(request.kind) ? 0 : 1 })
    seen.set(hotkey, before.add(request.kind))
  }
  const { winners, part, units } = bounty
  for (const hotkey of winners) add(hotkey, { units: part * units, bounties: part })
  return Object.fromEntries(entries)
}

/** How many there are of each miner. */
export function countsOf(rows: readonly Row[]): { readonly [hotkey: string]: number } {
  const counts = new Map<Hotkey, number>()
  for (const { hotkey } of rows) counts.set(hotkey, 1 + (counts.get(hotkey) ?? 0))
  return Object.fromEntries(counts)
}
