import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { JsOutcome } from 'subnetkit/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleIn } from '../../integration/network/bundle.js'
import { outcomeOf } from '../../support/sandboxed.js'

const here = fileURLToPath(new URL('.', import.meta.url))
let built: Awaited<ReturnType<typeof bundleIn>>

beforeAll(async () => {
  built = await bundleIn(here, 'manyPrograms')
})
afterAll(() => built.remove())

/** What the programs come to in a process of its own. */
async function run(flags: readonly string[]): Promise<Record<string, JsOutcome>> {
  const program = join(built.folder, 'manyPrograms.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { timeout: 120_000 })
  return JSON.parse(stdout) as Record<string, JsOutcome>
}

describe('an outcome with its steps', () => {
  test('is the same in every process, beside load, by every compiler and with any heap, and as it was when this was written', async () => {
    // At once, so that each is slowed by the others, who use the processors and memory differently.
    const [first, ...others] = await Promise.all([
      run([]),
      run(['--liftoff-only']),
      run(['--no-liftoff', '--no-wasm-lazy-compilation']),
      run(['--max-semi-space-size=1', '--stress-compaction']),
    ])
    for (const other of others) expect(other).toEqual(first)
    const shown = Object.entries(first ?? {}).map(([name, outcome]) => {
      const { kind } = outcome
      const end = kind === 'ok' ? 'ok' : outcome.reason
      return `${name}: ${end} after ${kind === 'notScored' ? '?' : outcome.steps}`
    })
    expect(shown).toMatchInlineSnapshot(`
      [
        "honest: ok after 669980",
        "loops: steps after 20000000",
        "allocates: memory after 12143926",
        "collects: ok after 5719167",
        "recurses: stack after 71865",
        "counts: ok after 63283",
        "nests: stack after 1323465",
        "nestsSource: stack after 904944",
        "nestsArrows: stack after 684800",
        "nestsTemplates: stack after 240103",
        "nestsPowers: stack after 1706214",
        "nestsLists: stack after 3550827",
        "nestsText: steps after 20000000",
        "nestsProxies: stack after 5695760",
        "backtracks: steps after 20000000",
        "asks: ok after 212384",
      ]
    `)
    expect(first?.honest).toMatchInlineSnapshot(`
      {
        "kind": "ok",
        "steps": 669980,
        "value": [
          15044.87638132554,
          500,
          191,
          "34",
          "15044.8759765625",
          "0123456789",
        ],
      }
    `)
    expect(first?.counts).toMatchInlineSnapshot(`
      {
        "kind": "ok",
        "steps": 63283,
        "value": 2183,
      }
    `)
  }, 150_000)
})

describe('randomness', () => {
  const program = 'export function f() { return [Math.random(), Math.random(), Math.random()] }'
  const drawn = async (seed?: Uint8Array) => {
    const outcome = await outcomeOf(program, [], { call: seed === undefined ? {} : { seed } })
    return outcome.kind === 'ok' ? (outcome.value as number[]) : []
  }

  test('is the seed: the same numbers for the same bytes, others for others, and one row for none', async () => {
    const rows = await Promise.all([
      drawn(),
      drawn(new Uint8Array([0])),
      drawn(new Uint8Array([1])),
      drawn(new Uint8Array([2])),
      drawn(new Uint8Array(32)),
    ])
    expect(new Set(rows.flat()).size).toBe(15)
    expect(await drawn(new Uint8Array([1]))).toEqual(rows[2])
    expect(await drawn()).toEqual(rows[0])
    for (const number of rows.flat()) {
      expect(number).toBeGreaterThanOrEqual(0)
      expect(number).toBeLessThan(1)
    }
  })

  test('is spread from the first number on, for seeds that are close', async () => {
    const firsts = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => (await drawn(new Uint8Array([at])))[0] ?? 0),
    )
    const mean = firsts.reduce((sum, one) => sum + one, 0) / firsts.length
    // Of 40 evenly spread numbers the mean is within 4 standard errors (0.183) of a half but once in 15,000.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.183)
  })
})
