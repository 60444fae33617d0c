import { afterAll, describe, expect, it } from 'vitest'
import { type FuzzRecord, inputsOf, runFuzz } from './runFuzz.js'
import { fuzzTargets } from './targets.js'

/*
 * Every decoder against inputs that are nearly right. Each input is refused by a typed error, or read to a value that is the same when it
 * is written and read again, within a bound of time and memory. What is tried is a function of the seed:
 *   FUZZ_INPUTS=10000000      so many inputs (by default what takes half a minute)
 *   FUZZ_SEED=text            another series
 *   FUZZ_TARGET=name          one target alone
 *   FUZZ_AT=number            with it, one input alone: a failure prints the whole line
 */
const { FUZZ_INPUTS = '200000', FUZZ_SEED = 'subnetkit', FUZZ_TARGET, FUZZ_AT } = process.env

const inputs = Number(FUZZ_INPUTS)
/** Far more than any machine needs for an input. */
const MS_AN_INPUT = 5
/** Of so many, one at least is left as it was. */
const ENOUGH_INPUTS = 1_000
const timeoutMs = 120_000 + MS_AN_INPUT * inputs

describe('decoders of what others wrote', () => {
  const records: FuzzRecord[] = []
  const wanted = fuzzTargets.filter(({ name }) => FUZZ_TARGET === undefined || FUZZ_TARGET === name)
  const counts = inputsOf(FUZZ_TARGET === undefined ? fuzzTargets : wanted, inputs)

  afterAll(() => {
    if (FUZZ_AT !== undefined || process.env.FUZZ_INPUTS === undefined) return
    const total = records.reduce((sum, record) => sum + record.inputs, 0)
    process.stdout.write(`${JSON.stringify({ seed: FUZZ_SEED, inputs: total, targets: records })}\n`)
  })

  it('there is a decoder to try', () => {
    expect(wanted).not.toEqual([])
    expect(Number.isSafeInteger(inputs) && inputs > 0).toBe(true)
  })

  it.each(wanted.map((target) => [target.name, target] as const))(
    '%s refuses by name what it does not take, within bounds, and takes nothing else',
    async (_name, target) => {
      if (FUZZ_AT !== undefined) {
        await runFuzz(target, { seed: FUZZ_SEED, from: Number(FUZZ_AT), inputs: 1 })
        return
      }
      const record = await runFuzz(target, { seed: FUZZ_SEED, inputs: counts.get(target) ?? 0 })
      records.push(record)
      // A fuzzer of which nothing passes, or nothing fails, tries the door and not the house.
      if (record.inputs < ENOUGH_INPUTS) return
      expect(record.accepted).toBeGreaterThan(0)
      expect(record.accepted).toBeLessThan(record.inputs)
    },
    timeoutMs,
  )
})
