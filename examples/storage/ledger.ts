import { type Reply, type SoldCall, wilsonLowerBound } from 'subnetkit/mechanism'
import type { BlockNumber, Hotkey } from 'subnetkit/units'
import { rootOf } from './tree.js'

/** A replica that a miner was seen to have. All that a validator keeps of it: neither the data nor the sealed replica. */
export type Replica = {
  /** Root of the data: its name. */
  readonly id: string
  /** Root of the sealed replica. */
  readonly root: string
  readonly untilBlock: BlockNumber
  /** That of the validator's own blob; null for one of a customer. */
  readonly number: number | null
}

/** How often a miner proved what it was challenged for, and gave back what was wanted. */
export type Tally = {
  readonly proven: number
  readonly challenged: number
  readonly returned: number
  readonly wanted: number
}

export type Ledger = {
  readonly replicas: { readonly [hotkey: string]: readonly Replica[] }
  readonly tallies: { readonly [hotkey: string]: Tally }
}

/** What a miner that has proven itself so often, and so reliably, is paid for a replica, and how many it may have. */
export interface Tier {
  /** Least lower bound of its rate of success, by Wilson. */
  readonly bound: number
  /** Least number of challenges that it proved. */
  readonly successes: number
  readonly reward: number
  readonly quota: number
}

/** As seen on a network of this kind. */
export const TIERS: readonly Tier[] = [
  { bound: 0, successes: 0, reward: 0.6, quota: 2 },
  { bound: 0.55, successes: 1_000, reward: 0.7, quota: 3 },
  { bound: 0.66, successes: 2_000, reward: 0.8, quota: 4 },
  { bound: 0.77, successes: 5_000, reward: 0.9, quota: 6 },
  { bound: 0.88, successes: 10_000, reward: 1, quota: 8 },
]

/** A day of blocks of 12 seconds: so long a blob is kept, and longer where it is put again. */
export const TERM_BLOCKS = 7_200
/** Of an older history half is forgotten, again and again: nobody lives on it for ever. What is left is more than the highest tier asks for. */
const MOST_COUNTED = 40_000
const NOTHING: Tally = { proven: 0, challenged: 0, returned: 0, wanted: 0 }

/** What a miner has at a block. */
export const heldBy = ({ replicas }: Ledger, hotkey: Hotkey, block: BlockNumber): readonly Replica[] =>
  (replicas[hotkey] ?? []).filter(({ untilBlock }) => untilBlock > block)

/** The first number of a validator's own blob that a miner does not have. */
export function freeNumber(held: readonly Replica[]): number {
  const numbers = held.map(({ number }) => number)
  return [...numbers.keys(), numbers.length].find((one) => !numbers.includes(one)) ?? 0
}

/** The highest tier that a miner has reached; the worse of its two rates decides. */
export function tierOf({ tallies }: Ledger, hotkey: Hotkey, tiers: readonly Tier[]): Tier {
  const { proven, challenged, returned, wanted } = tallies[hotkey] ?? NOTHING
  const bound = Math.min(wilsonLowerBound(proven, challenged), wilsonLowerBound(returned, wanted))
  const reached = tiers.filter((tier) => bound >= tier.bound && proven >= tier.successes)
  return reached.at(-1) ?? { bound: 0, successes: 0, reward: 0, quota: 0 }
}

export function counted(ledger: Ledger, hotkey: Hotkey, seen: Partial<Tally>): Ledger {
  const before = ledger.tallies[hotkey] ?? NOTHING
  const sum = (name: keyof Tally): number => before[name] + (seen[name] ?? 0)
  const most = Math.max(sum('challenged'), sum('wanted'))
  const kept = (name: keyof Tally): number => (most > MOST_COUNTED ? Math.floor(sum(name) / 2) : sum(name))
  const tally = {
    proven: kept('proven'),
    challenged: kept('challenged'),
    returned: kept('returned'),
    wanted: kept('wanted'),
  }
  return { ...ledger, tallies: { ...ledger.tallies, [hotkey]: tally } }
}

/** Takes a replica into the ledger, or prolongs it. Of more than `most` a customer's takes the place of a validator's own, and nothing that of a customer's. */
export function taken(
  ledger: Ledger,
  hotkey: Hotkey,
  replica: Omit<Replica, 'untilBlock'>,
  { block, most }: { readonly block: BlockNumber; readonly most: number },
): Ledger {
  const held = heldBy(ledger, hotkey, block)
  const others = held.filter(({ id }) => id !== replica.id)
  const given = others.length < most ? others : withoutOne(others)
  if (given.length >= most || (replica.number !== null && others.length >= most)) return ledger
  return {
    ...ledger,
    replicas: { ...ledger.replicas, [hotkey]: [...given, { ...replica, untilBlock: block + TERM_BLOCKS }] },
  }
}

/** Without the latest of a validator's own. */
function withoutOne(replicas: readonly Replica[]): readonly Replica[] {
  const at = replicas.findLastIndex(({ number }) => number !== null)
  return replicas.filter((_, one) => one !== at)
}

/** Whether a customer did not get back what the miner has. One that was busy, or slow, may have been kept so: the validator's own asks tell that. */
export function isUnreturned(
  ledger: Ledger,
  { hotkey, request, reply }: SoldCall<{ readonly id: string }, Reply<{ readonly data: Uint8Array }>>,
  block: BlockNumber,
): boolean {
  const isHeld = heldBy(ledger, hotkey, block).some(({ id }) => id === request.id)
  const isWrong = reply.answer !== undefined && rootOf(reply.answer.data) !== request.id
  return isHeld && (isWrong || reply.status === 'failed')
}

export function forgotten({ replicas, tallies }: Ledger, hotkey: Hotkey): Ledger {
  const { [hotkey]: _held, ...otherReplicas } = replicas
  const { [hotkey]: _tally, ...otherTallies } = tallies
  return { replicas: otherReplicas, tallies: otherTallies }
}
