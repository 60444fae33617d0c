import type { Reply, Round } from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import type { Book } from './book.js'
import { LEASE_RUNS, type Model, type Offer, rent, run } from './protocol.js'

/** A run on rented cards, a validator's own or a customer's. */
export interface Run {
  readonly request: { readonly model: Model; readonly seeds: readonly number[] }
  readonly reply: Reply<{ readonly products: readonly Uint8Array[] | null }>
}

/** How a validator rents. */
interface Tenancy {
  /** Whether it rents a number of cards that the miner does not know before, or one. */
  readonly several: boolean
  readonly timeoutMs: number
  /** It comes at a moment within so long. */
  readonly withinMs: number
  readonly isInTime: (reply: Reply<unknown>) => boolean
}

/** Rents some cards, whichever, and runs on them what a customer could: on all of them at the same moment. */
export async function rentAndRun(
  round: Round<Book>,
  hotkey: Hotkey,
  { model, cards: all }: Offer,
  { several, timeoutMs, withinMs, isInTime }: Tenancy,
) {
  const random = round.secret(`cards of ${hotkey}`)
  const cards = random.shuffled(all).slice(0, several ? 1 + random.int(all.length) : 1)
  const granted = await round.ask(hotkey, rent, { cards }, { timeoutMs, withinMs })
  const runs: Run[] = []
  const lease = granted.answer?.lease
  for (let nth = 0; lease && nth < LEASE_RUNS; nth++) {
    const drawn = round.secret(`run ${nth} at ${hotkey}`)
    const request = { lease, model, seeds: cards.map(() => drawn.nextU32()) }
    const reply = await round.ask(hotkey, run, request, { timeoutMs })
    runs.push({ request, reply })
    // The lease is broken: another run would only hold up the round.
    if (!isInTime(reply)) break
  }
  return { isGranted: runs.length > 0, runs }
}
