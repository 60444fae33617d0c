import { describe, expect, it } from 'vitest'
import { decodeSnapshot } from '../../src/ledger/snapshot.js'
import { parseEconomicsFile } from './economicsFile.js'
import { digestOf, scenarioState } from './fileState.js'
import { runScenario, type ScenarioInput } from './scenarioRun.js'
import { vectorFiles } from './vectorsDir.js'

interface Checkpoint {
  readonly block: number
  readonly sha256: string
  readonly sha256_parts: Readonly<Record<string, string>>
  readonly state?: unknown
}

const files = vectorFiles('economics').filter(({ name }) => name.startsWith('scenario_'))

describe('whole networks over hundreds of blocks', () => {
  it('are six', () => {
    expect(files.map(({ name }) => name)).toHaveLength(6)
  })

  for (const { name, content } of files) {
    const [only] = parseEconomicsFile(name, content).cases as unknown as {
      input: ScenarioInput
      expected: { checkpoints: readonly Checkpoint[] }
    }[]
    if (only === undefined) throw new TypeError(`${name} has no case.`)
    it(`${name}: every call ends as the reference's, and every digest is its`, () => {
      const { input, expected } = only
      const left = new Map(expected.checkpoints.map((point) => [point.block, point]))
      for (const { block, ledger, ops, refusals } of runScenario(input)) {
        const wanted = ops.map(({ result_error }) => result_error)
        expect([block, ...refusals], name).toEqual([block, ...wanted])
        const point = left.get(block)
        if (point === undefined) continue
        left.delete(block)
        const ours = scenarioState(decodeSnapshot(ledger.snapshot()).state)
        // Whole states first: they say what differs.
        if (point.state !== undefined) expect(ours).toEqual(point.state)
        const parts = Object.keys(point.sha256_parts).map((part) => [part, digestOf(ours[part]).slice(0, 16)])
        expect([block, Object.fromEntries(parts)]).toEqual([block, point.sha256_parts])
        expect([block, digestOf(ours)]).toEqual([block, point.sha256])
      }
      expect(left.size).toBe(0)
    }, 120_000)
  }
})
