import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { CALL_TABLE } from '../../src/ledger/calls/callTable.js'
import type { ChainSettings } from '../../src/ledger/index.js'
import { checkMoney } from '../support/economy/checkMoney.js'
import { EconomyRun, type RunBlock } from '../support/economy/EconomyRun.js'

/** Calls of the recorded run: `LEDGER_CALLS=1000000 npx vitest run test/property/ledgerEconomy.test.ts`; it ends early after `LEDGER_MINUTES`. */
const { LEDGER_CALLS, LEDGER_MINUTES = '60', LEDGER_SEED = `${Date.now()}` } = process.env

/** What a run reached, and how fast. */
class Reach {
  readonly seen = new Map<string, number>()
  #blocks = 0
  #epochs = 0
  #mostSubnets = 0
  #slowest: RunBlock | undefined

  note(block: RunBlock): void {
    const { made, after, milliseconds } = block
    this.#blocks++
    this.#mostSubnets = Math.max(this.#mostSubnets, after.subnets.size)
    if (milliseconds > (this.#slowest?.milliseconds ?? 0)) this.#slowest = block
    for (const { name } of made.events) {
      this.#count(name)
      if (name === 'EpochRan') this.#epochs++
    }
    for (const { callName, refusal, events } of made.receipts) {
      this.#count(`${callName} ${refusal === null ? 'applied' : 'refused'}`)
      for (const { name } of events) this.#count(name)
    }
  }

  /** Calls of the table that never came through. */
  neverApplied(): string[] {
    return Object.keys(CALL_TABLE).filter((name) => !this.seen.has(`${name} applied`))
  }

  summary(seed: string, calls: number, seconds: number): string {
    const applied = [...this.seen].reduce(
      (sum, [name, count]) => sum + (name.endsWith(' applied') ? count : 0),
      0,
    )
    const { made, milliseconds = 0 } = this.#slowest ?? {}
    const epochs = made?.events.filter(({ name }) => name === 'EpochRan').length
    return [
      `seed ${seed}: ${calls} calls, ${applied} applied, in ${this.#blocks} blocks and ${Math.round(seconds)} s`,
      `${this.#epochs} epochs, at most ${this.#mostSubnets} subnets`,
      this.calls(),
      `slowest block ${made?.header.number}: ${milliseconds.toFixed(1)} ms, ${made?.receipts.length} calls, ${epochs} epochs`,
    ].join('; ')
  }

  /** How often each kind of call came through, and was refused. */
  calls(): string {
    const of = (name: string, how: string) => this.seen.get(`${name} ${how}`) ?? 0
    return Object.keys(CALL_TABLE)
      .map((name) => `${name} ${of(name, 'applied')}/${of(name, 'refused')}`)
      .join(', ')
  }

  #count(name: string): void {
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1)
  }
}

/** Makes blocks until so many calls were made, and holds each to every rule. */
function runOf(
  seed: string,
  calls: number,
  {
    maxSeconds = Number.POSITIVE_INFINITY,
    ...settings
  }: Partial<ChainSettings> & { maxSeconds?: number } = {},
): Reach {
  const run = new EconomyRun(seed, settings)
  const reach = new Reach()
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1_000
  let block = 0
  try {
    while (run.callCount < calls && seconds() < maxSeconds) {
      const made = run.next()
      block = made.made.header.number
      reach.note(made)
      checkMoney(made)
      expect(run.ledger.query('invariants', {}).broken).toEqual([])
    }
  } catch (error) {
    throw new Error(`LEDGER_SEED=${seed}, at block ${block} or the next`, { cause: error })
  }
  process.stdout.write(`${reach.summary(seed, run.callCount, seconds())}\n`)
  return reach
}

describe('the economy under random calls', () => {
  it.skipIf(LEDGER_CALLS !== undefined)(
    'keeps every rule in every block',
    () => {
      runOf(LEDGER_SEED, 3_000)
    },
    120_000,
  )

  // One seed for ever: whether a call comes through must not hang on chance.
  it.skipIf(LEDGER_CALLS !== undefined)(
    'keeps them in a run that every kind of call comes through in',
    () => {
      const reach = runOf('every kind', 12_000)
      expect(reach.neverApplied()).toEqual([])
      for (const name of [
        'NetworkRemoved',
        'NeuronReplaced',
        'MinerBurned',
        'EpochDeferred',
        'StakeRefunded',
        'TimelockCommitment',
        'CommitmentRevealed',
      ]) {
        expect([name, reach.seen.has(name)]).toEqual([name, true])
      }
    },
    120_000,
  )

  it.skipIf(LEDGER_CALLS !== undefined)(
    'keeps them where versions of the reference do otherwise',
    () => {
      runOf(LEDGER_SEED, 1_000, {
        reservoirKeepsInjections: true,
        epochSafetyNetAtTempo: true,
        tempoIsSetLikeOthers: true,
        ownershipByConviction: false,
        rootProportionWeighsShares: true,
      })
    },
    120_000,
  )

  it.runIf(LEDGER_CALLS !== undefined)(
    'keeps them in the recorded run',
    () => {
      runOf(LEDGER_SEED, Number(LEDGER_CALLS), { maxSeconds: Number(LEDGER_MINUTES) * 60 })
    },
    24 * 3_600_000,
  )
})
