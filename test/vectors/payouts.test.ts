import { describe, expect, it } from 'vitest'
import type { PayoutLine } from '../../src/emission/index.js'
import { epochFunction } from '../../src/engine/index.js'
import { Ledger, type LedgerEvent } from '../../src/ledger/index.js'
import type { Address } from '../../src/units/index.js'
import { eventsOf } from '../support/events.js'
import { parseEconomicsFile } from './economicsFile.js'
import { runScenario, type ScenarioInput, scenarioLedger } from './scenarioRun.js'
import { vectorFiles } from './vectorsDir.js'

type Line = PayoutLine<Address>

/** How many lines of each kind a scenario has: what is not there is not tested. */
const SCENARIOS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'scenario_busy-3-subnets': {
    epochs: 36,
    ownerCut: 24,
    incentive: 77,
    'incentive miner': 2,
    burnedIncentive: 7,
    recycledIncentive: 4,
    take: 114,
    'take child': 22,
    dividend: 114,
    'dividend child': 22,
    rounding: 50,
    unearned: 1,
  },
  'scenario_root-claims-4-subnets-fast-price-average': {
    epochs: 61,
    ownerCut: 45,
    incentive: 106,
    burnedIncentive: 35,
    recycledIncentive: 9,
    take: 217,
    'take child': 5,
    dividend: 217,
    'dividend child': 5,
    rootTake: 193,
    'rootTake child': 5,
    rootDividend: 193,
    'rootDividend child': 5,
    rounding: 156,
    unearned: 1,
  },
}

describe('payouts explained by the state before the block and its events', () => {
  for (const [name, kinds] of Object.entries(SCENARIOS)) {
    it(`${name}: the lines of every epoch add up to its events and to what was pending`, () => {
      const input = inputOf(name)
      const seen = new Map<string, number>()
      const count = (kind: string): Map<string, number> => seen.set(kind, (seen.get(kind) ?? 0) + 1)
      // From the state before the block alone, which the last block left.
      let explained = scenarioLedger(input).explainPayouts()
      for (const { ledger, block, events } of runScenario(input)) {
        const ran = eventsOf(events, 'EpochRan')
        expect(explained.map(({ lines: _, netuid, ...said }) => ({ netuid, data: said }))).toEqual(
          ran.map(({ netuid, data }) => ({ netuid, data })),
        )
        for (const { netuid, pending, lines } of explained) {
          count('epochs')
          for (const { reason, through } of lines) count(`${reason} ${through?.kind ?? ''}`.trim())
          const pendingAlpha = Object.values<bigint>({ ...pending }).reduce((sum, alpha) => sum + alpha, 0n)
          const own = events.filter((event) => event.netuid === netuid)
          expect([block, netuid, sumOf(lines)]).toEqual([block, netuid, pendingAlpha])
          expect(byPayment(lines)).toEqual(paidBy(own))
          const withheld = {
            burnedAlpha: sumOf(lines, 'burnedIncentive'),
            recycledAlpha: sumOf(lines, 'recycledIncentive', 'childkeyBurn'),
          }
          expect(withheld).toEqual(withheldBy(own))
        }
        explained = ledger.explainPayouts()
      }
      expect(Object.fromEntries(seen)).toEqual(kinds)
    }, 120_000)
  }

  it('changes nothing, and says the same of a snapshot', () => {
    const input = inputOf('scenario_busy-3-subnets')
    const ledger = [...runScenario({ ...input, blocks: 120 })].at(-1)!.ledger
    const before = ledger.snapshot()
    const explained = ledger.explainPayouts()
    expect(ledger.snapshot()).toEqual(before)
    expect(Ledger.restore(before, { runEpoch: epochFunction() }).explainPayouts()).toEqual(explained)
  })
})

function inputOf(name: string): ScenarioInput {
  const file = vectorFiles('economics').find((one) => one.name.startsWith(name))
  const [only] = file === undefined ? [] : parseEconomicsFile(file.name, file.content).cases
  if (only === undefined) throw new TypeError(`There is no ${name}.`)
  return only.input as unknown as ScenarioInput
}

function sumOf(lines: readonly Line[], ...reasons: readonly Line['reason'][]): bigint {
  return lines
    .filter(({ reason }) => reasons.length === 0 || reasons.includes(reason))
    .reduce((sum, { alpha }) => sum + alpha, 0n)
}

/** What was paid, by reason, hotkey and coldkey. */
function byPayment(lines: readonly Line[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { reason, hotkey, coldkey, alpha } of lines) {
    if (hotkey === null || coldkey === null || WITHHELD.has(reason)) continue
    add(sums, `${reason} ${hotkey} ${coldkey}`, alpha)
  }
  return sums
}

const WITHHELD: ReadonlySet<Line['reason']> = new Set([
  'burnedIncentive',
  'recycledIncentive',
  'childkeyBurn',
])

function paidBy(events: readonly LedgerEvent[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { data } of eventsOf(events, 'EmissionPaid'))
    add(sums, `${data.kind} ${data.hotkey} ${data.coldkey}`, data.amountAlpha)
  return sums
}

function withheldBy(events: readonly LedgerEvent[]): { burnedAlpha: bigint; recycledAlpha: bigint } {
  const [event] = eventsOf(events, 'MinerBurned')
  const { burnedAlpha, recycledAlpha } = event?.data ?? { burnedAlpha: 0n, recycledAlpha: 0n }
  return { burnedAlpha, recycledAlpha }
}

function add(sums: Map<string, bigint>, key: string, alpha: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + alpha)
}
