import {
  bestOfOwner,
  ownersIn,
  type Played,
  ProtocolMechanism,
  type Round,
  type RoundMiner,
  scoresOf,
  type WeightView,
} from 'subnetkit/mechanism'
import type { Hotkey } from 'subnetkit/units'
import { kindNames, kinds } from './apps.js'
import { columns, type Entries, fourColumns } from './columns.js'
import { type ServerlessOptions, USUAL } from './options.js'
import { deploy, type Invocation, invoke, LEAST_STEPS, MOST_STEPS, offer } from './protocol.js'
import { Checker, countsOf, entriesOf, isDone, type Row, soonestOf, stepMsOf, usualStepMs } from './rows.js'
import { DEPLOY_BLOCKS, newestAt, type Versions, versionsAt } from './versions.js'

/** What the market defends itself with; each can be left out, to see who wins then. */
export const defences = {
  payer: 'a call counts that somebody paid for: the desk for its own, a customer that has an account for its',
  checked: 'one step of each call is drawn and done again, and a wrong one clears the log of its miner',
  median: 'a step is worth what it takes the usual miner, not what it took',
  identities:
    'of one owner the best hotkey scores, applications weigh by the work done in them, and who is first together shares',
} as const
export type Defence = keyof typeof defences

/** Calls of a round come within this time, at moments that no miner knows. */
const WITHIN_MS = 500
/** So few and so many calls of its own the desk makes to a miner in a round. */
export const [LEAST_CALLS, MOST_CALLS] = [8, 24]

/** What a validator remembers. */
type Log = {
  /** What each miner did in the last rounds, the oldest first. */
  readonly window: readonly Entries[]
  /** How many of the desk's own calls it did in the last of them. */
  readonly did: { readonly [hotkey: string]: number }
}

/**
 * Serverless inference. Miners keep applications warm and answer invocations. The log of these is kept by the desk of a validator: it makes calls of its own, as many as
 * a miner can take, and passes on those of customers.
 *
 * A miner earns by its part of four columns of that log: the work that it did, in the time that it takes the usual miner; the invocations; the applications
 * that it was found to have; and bounties for being first with a new version.
 */
export class Serverless extends ProtocolMechanism<Log> {
  /** Customers ask as the desk does, with the same deadline, and what they get is looked at alike. */
  override readonly sells
  /** The log has a window of its own. */
  override readonly averageOver = 1
  readonly #options: Required<ServerlessOptions>

  constructor(options: ServerlessOptions = {}) {
    super()
    this.#options = { ...USUAL, ...options }
    this.sells = [
      { synapse: invoke, keep: 'all' as const, timeoutMs: this.#options.timeoutMs },
      { synapse: offer, keep: 'onePerMiner' as const },
    ]
  }

  initialState(): Log {
    return { window: [], did: {} }
  }

  async play(round: Round<Log>) {
    const { timeoutMs } = this.#options
    const versions = await versionsAt(round)
    const kind = newestAt(round.block)
    // Of each miner the step of another number: what one has computed helps no other.
    const firstOf = (hotkey: Hotkey): number => round.secret(`first number of ${hotkey}`).nextU32()
    const [starts, asked] = await Promise.all([
      round.askAll(deploy, ({ hotkey }) => ({ versions, kind, value: firstOf(hotkey) }), {
        timeoutMs,
        together: true,
      }),
      round.each((miner) =>
        Promise.all(
          this.#callsFor(round, miner, versions).map(async (request) => ({
            request,
            reply: await round.stream(miner, invoke, request, { timeoutMs, withinMs: WITHIN_MS }),
          })),
        ),
      ),
    ])
    const own = asked.flatMap(({ hotkey, result = [] }) =>
      result.map((call) => ({ ...call, hotkey, customer: null })),
    )
    const random = round.secret('steps to do again')
    const rows = [...own, ...round.sold(invoke)].map((row): Row => ({ ...row, drawn: random.nextU32() }))
    const app = { kind, version: versions[kind] }
    return { app, starts: starts.map((reply) => ({ ...reply, value: firstOf(reply.hotkey) })), rows }
  }

  score({ app, starts, rows, block, state }: Played<Serverless>) {
    const checker = new Checker()
    const wrong = [
      ...rows.filter((row) => !checker.isRight(row)),
      ...starts.filter(({ value, answer }) => answer && !checker.isStep(app, value, answer.value)),
    ]
    const liars = new Set(this.#has('checked') ? wrong.map(({ hotkey }) => hotkey) : [])
    const isHonest = ({ hotkey }: { readonly hotkey: Hotkey }): boolean => !liars.has(hotkey)

    const counted = rows.filter((row) => isDone(row) && this.#isPaid(row) && isHonest(row))
    const own = counted.filter(({ customer }) => customer === null)
    const usual = usualStepMs(own)
    const stepMs = (row: Row): number =>
      this.#has('median') ? (usual.get(row.request.kind) ?? 0) : stepMsOf(row)
    // A round that begins between two versions has no bounty.
    const winners = block % DEPLOY_BLOCKS === 0 ? soonestOf(starts.filter(isHonest)) : []
    const part = this.#has('identities') ? 1 / winners.length : 1
    const entries = entriesOf(counted, stepMs, { winners, part, units: kinds[app.kind].startMs })

    const before = [...liars].reduce((log, hotkey) => this.forget(log, hotkey), state)
    const window = [...before.window, entries].slice(-this.#options.windowRounds)
    const table = fourColumns(window, this.#has('identities'))
    const { weights } = this.#options
    const scores = scoresOf(starts, ({ hotkey }) =>
      columns.reduce((sum, column) => sum + weights[column] * (table.get(hotkey)?.[column] ?? 0), 0),
    )
    return { scores, state: { window, did: countsOf(own) }, report: Object.fromEntries(table) }
  }

  override forget({ window, did }: Log, hotkey: Hotkey): Log {
    const without = <Value>({ [hotkey]: _, ...others }: { readonly [hotkey: string]: Value }) => others
    return { window: window.map(without), did: without(did) }
  }

  override weights(view: WeightView<Log>) {
    const weights = super.weights(view)
    return this.#has('identities') ? bestOfOwner(weights, ownersIn(view.metagraph)) : weights
  }

  #has(defence: Defence): boolean {
    return !this.#options.without.includes(defence)
  }

  #isPaid({ customer }: Row): boolean {
    return customer === null || this.#options.accounts.includes(customer) || !this.#has('payer')
  }

  /** Eight, and two more for each that it did last time, so that they become as many as its machine can take; they come as customers' do. */
  #callsFor(round: Round<Log>, { hotkey }: RoundMiner, versions: Versions): Invocation[] {
    const count = Math.min(MOST_CALLS, LEAST_CALLS + 2 * (round.state.did[hotkey] ?? 0))
    const random = round.secret(`calls to ${hotkey}`)
    return Array.from({ length: count }, () => {
      const kind = random.pick(kindNames)
      const steps = LEAST_STEPS + random.int(MOST_STEPS - LEAST_STEPS + 1)
      return { kind, version: versions[kind], value: random.nextU32(), steps }
    })
  }
}
