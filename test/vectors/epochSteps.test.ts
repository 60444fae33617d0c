import { describe, expect, it } from 'vitest'
import { parseEpochFile } from '../../src/cli/epochFile.js'
import { activeStakeFrom } from '../../src/consensus/activeStake.js'
import { activityFrom } from '../../src/consensus/activity.js'
import { bondsYuma2, upscaleBonds } from '../../src/consensus/bondsYuma2.js'
import { bondsYuma3 } from '../../src/consensus/bondsYuma3.js'
import { bondWeights } from '../../src/consensus/bondWeights.js'
import { clipToConsensus } from '../../src/consensus/clip.js'
import { dividendsYuma2, dividendsYuma3 } from '../../src/consensus/dividends.js'
import { splitEmission } from '../../src/consensus/emission.js'
import { incentiveFrom } from '../../src/consensus/incentive.js'
import { type EpochInput, type EpochParams, rowsOf } from '../../src/consensus/index.js'
import { proportionsOf, storedBonds } from '../../src/consensus/outputs.js'
import { nextPermits, permitsInForce } from '../../src/consensus/permits.js'
import { permittedWeights } from '../../src/consensus/permittedWeights.js'
import { type RawEntry, type RawRows, rawRowsFrom, rowSums } from '../../src/consensus/rawRows.js'
import { stakeFrom } from '../../src/consensus/stake.js'
import { weightedMedianCol } from '../../src/consensus/weightedMedianCol.js'
import { vectorFiles } from './vectorsDir.js'

type Integers = readonly (number | string)[]
interface Expected extends Record<string, unknown> {
  readonly active: readonly boolean[]
  readonly validator_permit: readonly boolean[]
  readonly bonds: readonly (readonly [number, number])[][]
  readonly fixed_point_32: Record<string, Integers> & { readonly bonds: readonly (readonly RawEntry[])[] }
}
interface Step {
  readonly title: string
  readonly input: EpochInput
  readonly params: EpochParams
  readonly expected: Expected
}

const steps: readonly Step[] = vectorFiles('epoch').flatMap(({ name, content }) => {
  const file = content as { readonly steps: readonly { readonly expected: Expected }[] }
  return parseEpochFile(JSON.stringify(content)).map((step, index) => ({
    ...step,
    title: `${name}, step ${index}`,
    expected: file.steps[index]!.expected,
  }))
})

/** A recorded column, as a step is handed it and as it hands it on. */
const raw = ({ expected }: Step, name: string): Float64Array =>
  Float64Array.from(expected.fixed_point_32[name]!, Number)
const rao = ({ expected }: Step, name: string): BigUint64Array =>
  BigUint64Array.from(expected[name] as Integers, BigInt)
const rawBonds = ({ expected }: Step): RawRows => rawRowsFrom(expected.fixed_point_32.bonds)
const flags = (column: readonly boolean[]): Uint8Array => Uint8Array.from(column, Number)

// What comes between two recorded columns is made by the steps in between.
const weightsOf = ({ input, params }: Step): RawRows => permittedWeights(input, permitsInForce(input), params)
const clippedOf = (step: Step): RawRows => clipToConsensus(weightsOf(step), raw(step, 'consensus'))
const forBondsOf = (step: Step): RawRows =>
  bondWeights(
    { weights: weightsOf(step), clipped: clippedOf(step) },
    raw(step, 'consensus'),
    step.params.bondsPenaltyU16,
  )
const sharesOf = (step: Step): RawRows =>
  bondsYuma2(forBondsOf(step), raw(step, 'active_stake'), step.input, step.params)

const yuma2 = steps.filter(({ params }) => !params.yuma3Enabled)
const yuma3 = steps.filter(({ params }) => params.yuma3Enabled)

describe('a step of the epoch, from the columns recorded before it to those recorded after it', () => {
  it('is tried with both rules', () => {
    expect(yuma2.length).toBeGreaterThan(0)
    expect(yuma3.length).toBeGreaterThan(0)
  })

  it.each(steps)('activity: $title', ({ input, params, expected }) => {
    expect(activityFrom(input, params)).toEqual(flags(expected.active))
  })

  it.each(steps)('stake: $title', (step) => {
    const { stakeRao, stake } = stakeFrom(step.input, step.params)
    expect(stakeRao).toEqual(rao(step, 'stake_rao'))
    expect(stake).toEqual(raw(step, 'stake'))
  })

  it.each(steps)('permits: $title', (step) => {
    const permits = nextPermits(raw(step, 'stake'), step.input, step.params)
    expect(permits).toEqual(flags(step.expected.validator_permit))
  })

  it.each(steps)('active stake: $title', (step) => {
    const active = flags(step.expected.active)
    const activeStake = activeStakeFrom(raw(step, 'stake'), active, permitsInForce(step.input))
    expect(activeStake).toEqual(raw(step, 'active_stake'))
  })

  it.each(steps)('weights and consensus: $title', (step) => {
    const consensus = weightedMedianCol(weightsOf(step), raw(step, 'active_stake'), step.params.kappaU16)
    expect(consensus).toEqual(raw(step, 'consensus'))
  })

  it.each(steps)('clipping and trust: $title', (step) => {
    expect(rowSums(clippedOf(step))).toEqual(raw(step, 'validator_trust'))
  })

  it.each(steps)('incentive: $title', (step) => {
    expect(incentiveFrom(clippedOf(step), raw(step, 'active_stake'))).toEqual(raw(step, 'incentive'))
  })

  it.each(yuma2)('bonds of the original Yuma: $title', (step) => {
    expect(upscaleBonds(sharesOf(step))).toEqual(rawBonds(step))
  })

  it.each(yuma2)('dividends of the original Yuma: $title', (step) => {
    expect(dividendsYuma2(sharesOf(step), raw(step, 'incentive'))).toEqual(raw(step, 'dividends'))
  })

  it.each(yuma3)('bonds of Yuma 3: $title', (step) => {
    const bonds = bondsYuma3(forBondsOf(step), raw(step, 'consensus'), step.input, step.params)
    expect(bonds).toEqual(rawBonds(step))
  })

  it.each(yuma3)('dividends of Yuma 3: $title', (step) => {
    const columns = { incentive: raw(step, 'incentive'), activeStake: raw(step, 'active_stake') }
    const dividends = dividendsYuma3(rawBonds(step), columns)
    expect(dividends).toEqual(raw(step, 'dividends'))
  })

  it.each(steps)('emission: $title', (step) => {
    const shares = {
      incentive: raw(step, 'incentive'),
      dividends: raw(step, 'dividends'),
      activeStake: raw(step, 'active_stake'),
      stake: raw(step, 'stake'),
    }
    expect(splitEmission(shares, step.input.emissionRao)).toEqual({
      serverEmissionRao: rao(step, 'server_emission_rao'),
      validatorEmissionRao: rao(step, 'validator_emission_rao'),
      combinedEmissionRao: rao(step, 'combined_emission_rao'),
    })
  })

  it.each(steps)('the last rounding: $title', (step) => {
    const { expected } = step
    const stored = storedBonds(rawBonds(step), flags(expected.validator_permit))
    expect(rowsOf(stored)).toEqual(expected.bonds)
    for (const name of ['consensus', 'incentive', 'dividends', 'validator_trust']) {
      expect([...proportionsOf(raw(step, name))], name).toEqual(expected[`${name}_u16`])
    }
    expect([...proportionsOf(raw(step, 'stake'))]).toEqual(expected.stake_weight_u16)
  })
})
