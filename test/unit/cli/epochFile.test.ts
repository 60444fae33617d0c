import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EPOCH_EXAMPLE } from '../../../src/cli/epochExample.js'
import { parseEpochFile, printEpochResults, runEpochCommand } from '../../../src/cli/epochFile.js'
import { MalformedEpochFileError } from '../../../src/cli/exactJson.js'
import { rowsOf, runEpoch } from '../../../src/consensus/index.js'
import { epochInput, epochParams } from '../../support/epochs.js'

/** The input object of a file with two neurons; `changes` replaces or, with undefined, removes fields. */
function inputObject(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    n: 2,
    current_block: 1000,
    tempo_blocks: 100,
    last_step_block: 899,
    activity_cutoff_blocks: 500,
    last_update: [990, 990],
    block_at_registration: [100, 100],
    alpha_stake_rao: [4_000_000_000, 0],
    tao_stake_rao: [0, 0],
    tao_weight_u64: 0,
    stake_threshold_rao: 0,
    owner_uid: null,
    validator_permit: [true, false],
    max_allowed_validators: 2,
    kappa_u16: 32_767,
    bonds_penalty_u16: 65_535,
    bonds_moving_average_ppm: 900_000,
    yuma3_enabled: false,
    liquid_alpha_enabled: false,
    alpha_low_u16: 6554,
    alpha_high_u16: 19_661,
    alpha_sigmoid_steepness_hundredths: -200,
    commit_reveal_enabled: false,
    earliest_active_commit_block: [null, 7],
    emission_rao: 1_000_000_000,
    weights: [[[1, 65_535]], []],
    bonds: [[], []],
    ...changes,
  }
}

const fileText = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({ steps: [{ input: inputObject(changes) }] })

function errorOf(text: string): MalformedEpochFileError {
  try {
    parseEpochFile(text)
  } catch (error) {
    if (error instanceof MalformedEpochFileError) return error
    throw error
  }
  return expect.fail('nothing was thrown')
}

describe('parseEpochFile', () => {
  it('reads a file that holds steps with inputs only', () => {
    const [step] = parseEpochFile(fileText())
    expect(step!.input.earliestActiveCommitBlock).toEqual(Float64Array.of(Number.POSITIVE_INFINITY, 7))
    expect(rowsOf(step!.input.weights)).toEqual([[[1, 65_535]], []])
    expect(step!.params.alphaSigmoidSteepnessHundredths).toBe(-200)
  })

  it('keeps integers above 2^53 written as text, and takes small ones either way', () => {
    const text = fileText({ emission_rao: '18446744073709551615', kappa_u16: '32767', n: '2' })
    expect(parseEpochFile(text)[0]!.input.emissionRao).toBe(2n ** 64n - 1n)
    expect(parseEpochFile(text)[0]!.params.kappaU16).toBe(32_767)
  })

  it('takes 2^53 as a number, the last one that is exact', () => {
    const text = fileText().replace('"emission_rao":1000000000', '"emission_rao":9007199254740992')
    expect(parseEpochFile(text)[0]!.input.emissionRao).toBe(2n ** 53n)
  })

  it('reads a commit block beyond all others as none', () => {
    const text = fileText({ earliest_active_commit_block: ['18446744073709551615', null] })
    expect([...parseEpochFile(text)[0]!.input.earliestActiveCommitBlock]).toEqual([Infinity, Infinity])
  })

  it('reads a file without steps and one without neurons', () => {
    expect(parseEpochFile('{"steps":[]}')).toEqual([])
    const lists = ['last_update', 'block_at_registration', 'alpha_stake_rao', 'tao_stake_rao', 'weights']
    const more = ['validator_permit', 'earliest_active_commit_block', 'bonds']
    const empty = Object.fromEntries([...lists, ...more].map((field) => [field, []]))
    expect(parseEpochFile(fileText({ n: 0, ...empty }))[0]!.input.n).toBe(0)
  })

  const wrong: [string, string, Record<string, unknown>][] = [
    ['steps[0].input.kappa_u16', 'it is missing', { kappa_u16: undefined }],
    [
      'steps[0].input.kappa_u16',
      '65536 does not fit: Pass a whole number from 0 to 65535',
      { kappa_u16: 65_536 },
    ],
    ['steps[0].input.kappa_u16', '0.5 does not fit: Pass an integer', { kappa_u16: 0.5 }],
    ['steps[0].input.kappa_u16', '"abc" does not fit: Pass an integer', { kappa_u16: 'abc' }],
    ['steps[0].input.kappa_u16', '"0x10" does not fit', { kappa_u16: '0x10' }],
    ['steps[0].input.kappa_u16', '" 7" does not fit', { kappa_u16: ' 7' }],
    ['steps[0].input.kappa_u16', 'null does not fit: Pass an integer', { kappa_u16: null }],
    ['steps[0].input.kappa', 'Leave it out; did you mean kappa_u16?', { kappa: 1 }],
    [
      'steps[0].input.\\u202ea\\u001b[2J',
      'Leave it out; known are n, current_block, ',
      { '\u202ea\u001b[2J': 1 },
    ],
    ['steps[0].input.n', '-2 does not fit: Pass a count, 0 or more', { n: -2 }],
    ['steps[0].input.n', 'array of 1 does not fit: Pass a count', { n: [2] }],
    ['steps[0].input.weights', 'it has 2 rows for 3 neurons', { n: 3 }],
    ['steps[0].input.weights', '5 does not fit: Pass a list', { weights: 5 }],
    ['steps[0].input.weights[1]', 'Pass a list', { weights: [[], {}] }],
    ['steps[0].input.weights[0][1]', 'Pass a list of two', { weights: [[[1, 1], [1]], []] }],
    [
      'steps[0].input.weights[0][0]',
      'array of 3 does not fit: Pass a list of two',
      { weights: [[[1, 1, 1]], []] },
    ],
    ['steps[0].input.weights[0][0][1]', 'from 0 to 65535', { weights: [[[1, 65_536]], []] }],
    ['steps[0].input.bonds[1][0][0]', 'from 0 to 65535', { bonds: [[], [[-1, 1]]] }],
    ['steps[0].input.last_update', 'it has 3 entries instead of 2', { last_update: [1, 2, 3] }],
    ['steps[0].input.last_update[1]', 'null does not fit: Pass an integer', { last_update: [1, null] }],
    ['steps[0].input.last_update[0]', 'does not fit', { last_update: [-1, 2] }],
    ['steps[0].input.current_block', 'below 2^53', { current_block: '9007199254740993' }],
    ['steps[0].input.alpha_stake_rao[1]', 'from 0 to 2^64 - 1', { alpha_stake_rao: [0, -1] }],
    ['steps[0].input.alpha_stake_rao[0]', '2^64 - 1', { alpha_stake_rao: ['18446744073709551616', 0] }],
    ['steps[0].input.alpha_stake_rao', '2^63 rao', { alpha_stake_rao: ['9223372036854775808', 0] }],
    [
      'steps[0].input.validator_permit[0]',
      '1 does not fit: Pass true or false',
      { validator_permit: [1, false] },
    ],
    ['steps[0].input.yuma3_enabled', 'Pass true or false', { yuma3_enabled: 'true' }],
    ['steps[0].input.tao_weight_u64', 'does not fit', { tao_weight_u64: -1 }],
    ['steps[0].input.emission_rao', 'does not fit', { emission_rao: '18446744073709551616' }],
    ['steps[0].input.owner_uid', 'does not fit', { owner_uid: 65_536 }],
    [
      'steps[0].input.earliest_active_commit_block[0]',
      'false does not fit: Pass an integer from 0 to 2^64 - 1',
      { earliest_active_commit_block: [false, 1] },
    ],
  ]
  it.each(wrong)('names %s: %s', (field, why, changes) => {
    const error = errorOf(fileText(changes))
    expect(error).toMatchObject({ name: 'MalformedEpochFileError', code: 'MalformedEpochFile', field })
    expect(error.message).toContain(`The epoch file is malformed at ${field}: `)
    expect(error.message).toContain(why)
    expect(error.message).not.toContain('\n')
  })

  const files: [string, string, string][] = [
    ['file', '', 'the text ends too early'],
    ['file', '[]', 'array of 0 does not fit: Pass an object'],
    ['steps', '{}', 'it is missing'],
    ['steps', '{"steps":{}}', 'object {} does not fit: Pass a list'],
    ['epochs', '{"epochs":2,"steps":[]}', 'it differs from the number of steps, 0'],
    [
      'extra',
      '{"extra":1,"steps":[]}',
      '1 does not fit: Leave it out; known are name, description, epochs, state_carried_between_epochs, steps',
    ],
    ['steps[0]', '{"steps":[5]}', '5 does not fit: Pass an object'],
    ['steps[0].input', '{"steps":[{}]}', 'it is missing'],
    [
      'steps[0].output',
      '{"steps":[{"output":{}}]}',
      'object {} does not fit: Leave it out; known are expected, input',
    ],
    ['steps[0].expected', '{"steps":[{"input":{},"expected":7}]}', '7 does not fit: Pass an object'],
  ]
  it.each(files)('names %s of the text %s', (field, text, why) => {
    expect(errorOf(text)).toMatchObject({
      field,
      message: `The epoch file is malformed at ${field}: ${why}.`,
    })
  })

  it('refuses a bare integer above 2^53, which JSON would round', () => {
    const text = fileText().replace('"emission_rao":1000000000', '"emission_rao":9007199254740993')
    expect(errorOf(text).message).toBe(
      'The epoch file is malformed at steps[0].input.emission_rao: write "9007199254740993" as a string: ' +
        'as a number it loses digits.',
    )
  })
})

describe('printEpochResults', () => {
  it('writes one object per step, flags as booleans, and amounts above 2^53 as text', () => {
    const sketch = { weights: [[[1, 1]], []] as [number, number][][], stakeRao: [2n ** 53n + 1n, 0] }
    const output = runEpoch(epochInput(sketch, { emissionRao: 2n ** 54n + 2n }), epochParams())
    const printed = JSON.parse(printEpochResults([output, output])) as Record<string, unknown>[]
    expect(printed).toHaveLength(2)
    expect(printed[0]).toMatchObject({
      active: [true, true],
      validator_permit: [true, false],
      stake_rao: ['9007199254740993', 0],
      server_emission_rao: [0, '9007199254740993'],
      bonds: [[[1, 65_535]], []],
      fixed_point_32: { dividends: [2 ** 32, 0], bonds: [[[1, 2 ** 32]], []] },
    })
  })

  it('keeps 2^53 a number', () => {
    const sketch = { weights: [[]], stakeRao: [2n ** 53n] }
    expect(printEpochResults([runEpoch(epochInput(sketch), epochParams())])).toContain('[9007199254740992]')
  })

  it('writes an empty array for no steps', () => {
    expect(printEpochResults([])).toBe('[]\n')
  })
})

describe('runEpochCommand', () => {
  it('computes each step from its own input and ignores what was expected', () => {
    const steps = [
      { input: inputObject(), expected: {} },
      { input: inputObject({ emission_rao: 10 }), expected: { active: [] } },
    ]
    const printed = JSON.parse(runEpochCommand(JSON.stringify({ steps })))
    expect(printed.map((step: Record<string, unknown>) => step.server_emission_rao)).toEqual([
      [0, 500_000_000],
      [0, 5],
    ])
  })
})

it('the page on epoch files names every field of an input, and no other', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../docs/epoch-file.md', import.meta.url)), 'utf8')
  const table = page.slice(page.indexOf('| Field of `input` |'), page.indexOf('The result of a step'))
  const named = Array.from(table.matchAll(/^\|[^|]*\|/gm)).flatMap(([cell]) =>
    Array.from(cell.matchAll(/`([a-z0-9_]+)`/g), ([, field]) => field),
  )
  const { input } = JSON.parse(EPOCH_EXAMPLE).steps[0]
  expect(new Set(named.slice(1))).toEqual(new Set(Object.keys(input)))
})
