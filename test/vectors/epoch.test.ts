import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEpochFile, runEpochCommand } from '../../src/cli/epochFile.js'
import { vectorFiles, vectorsDir } from './vectorsDir.js'

/** The fields of a vector file, so that one this suite does not look at fails instead of passing unseen. */
const FILE_FIELDS = ['name', 'description', 'epochs', 'state_carried_between_epochs', 'steps']
const EXPECTED_FIELDS = [
  'active',
  'validator_permit',
  'stake_rao',
  'stake_weight_u16',
  'consensus_u16',
  'incentive_u16',
  'dividends_u16',
  'validator_trust_u16',
  'server_emission_rao',
  'validator_emission_rao',
  'combined_emission_rao',
  'bonds',
  'fixed_point_32',
]
const RAW_FIELDS = [
  'stake',
  'active_stake',
  'consensus',
  'validator_trust',
  'incentive',
  'dividends',
  'bonds',
]

type Fields = Record<string, unknown>
interface VectorFile extends Fields {
  readonly epochs: number
  readonly state_carried_between_epochs: readonly string[]
  readonly steps: readonly {
    readonly input: Fields
    readonly expected: Fields & { fixed_point_32: Fields }
  }[]
}

describe.each(vectorFiles('epoch'))('epoch vector $name', ({ name, content }) => {
  const file = content as VectorFile
  const text = readFileSync(join(vectorsDir(), 'epoch', name), 'utf8')
  const results = JSON.parse(runEpochCommand(text)) as Fields[]

  it('has the known layout and one result per step', () => {
    expect(Object.keys(file)).toEqual(FILE_FIELDS)
    expect(file.steps).toHaveLength(file.epochs)
    expect(parseEpochFile(text)).toHaveLength(file.epochs)
    expect(results).toHaveLength(file.epochs)
  })

  it.each(file.steps.map((step, index) => ({ step, index })))(
    'gives every integer of step $index',
    (entry) => {
      const result = results[entry.index]!
      const { expected } = entry.step
      expect(Object.keys(expected)).toEqual(EXPECTED_FIELDS)
      expect(Object.keys(expected.fixed_point_32)).toEqual(RAW_FIELDS)
      for (const field of EXPECTED_FIELDS) expect(result[field], field).toEqual(expected[field])
      expect(Object.keys(result)).toEqual(EXPECTED_FIELDS)
      expect(Object.keys(result.fixed_point_32 as Fields)).toEqual(RAW_FIELDS)
    },
  )

  it('carries the named state from each result into the next input', () => {
    for (const field of file.state_carried_between_epochs) {
      for (let index = 1; index < file.steps.length; index++) {
        expect(file.steps[index]!.input[field], `${field} of step ${index}`).toEqual(
          results[index - 1]![field],
        )
      }
    }
  })
})
