import { describe, expect, it } from 'vitest'
import { type EpochInput, type EpochParams, mechanismSlices, runEpoch } from '../../src/consensus/index.js'
import type { EpochFacts } from '../../src/ledger/block/epochFacts.js'
import { runSubnetEpoch } from '../../src/ledger/block/runSubnetEpoch.js'
import { REFERENCE_HYPERPARAMETERS } from '../../src/ledger/index.js'
import { storedBonds } from '../../src/ledger/neurons/matrices.js'
import {
  bonds,
  clocks,
  epochs,
  hyperparameters,
  incentives,
  lastUpdates,
  mechanismSplits,
  neurons,
  uids,
  weights,
} from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { type FileRows, rowsOfFile, sparseOfFile } from './fileRows.js'
import { fileInteger, idOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

type FileInteger = number | string

interface SplitCase {
  readonly input: {
    readonly emission_alpha: FileInteger
    readonly mechanism_count: number
    readonly split_u16: readonly number[] | null
  }
  readonly expected: { readonly split_alpha: readonly FileInteger[] }
}

interface EpochCase {
  readonly input: {
    readonly emission_alpha: FileInteger
    readonly split_u16: readonly number[] | null
    readonly shared: {
      readonly n: number
      readonly current_block: number
      readonly activity_cutoff_blocks: number
      readonly tempo_blocks: number
      readonly last_step_block: number
      readonly block_at_registration: readonly number[]
      readonly owner_uid: number | null
      readonly alpha_stake_rao: readonly FileInteger[]
      readonly tao_stake_rao: readonly FileInteger[]
      readonly tao_weight_u64: FileInteger
      readonly stake_threshold_rao: FileInteger
      readonly validator_permit: readonly boolean[]
      readonly max_allowed_validators: number
      readonly commit_reveal_enabled: boolean
      readonly kappa_u16: number
      readonly bonds_penalty_u16: number
      readonly yuma3_enabled: boolean
      readonly bonds_moving_average_ppm: number
      readonly liquid_alpha_enabled: boolean
      readonly alpha_low_u16: number
      readonly alpha_high_u16: number
      readonly alpha_sigmoid_steepness_hundredths: number
    }
    readonly mechanisms: readonly {
      readonly weights: FileRows
      readonly bonds: FileRows
      readonly last_update: readonly number[]
      readonly earliest_active_commit_block: readonly (number | null)[]
    }[]
  }
  readonly expected: {
    readonly split_alpha: readonly FileInteger[]
    readonly per_mechanism: readonly {
      readonly incentive_u16: readonly number[]
      readonly bonds_u16: FileRows
    }[]
    readonly aggregated: { readonly [column: string]: readonly (FileInteger | boolean)[] }
  }
}

function casesOf<T>(file: string): readonly T[] {
  return vectorFiles('ledger')
    .filter(({ name }) => name === file)
    .flatMap(({ content }) => (content as { readonly cases: readonly T[] }).cases)
}

const NETUID = 1

describe('dividing an epoch among mechanisms', () => {
  it('gives each what the vectors say', () => {
    const cases = casesOf<SplitCase>('mechanism_split.json')
    expect(cases.length).toBe(60)
    for (const { input, expected } of cases) {
      const slices = mechanismSlices(BigInt(input.emission_alpha), input.mechanism_count, input.split_u16)
      expect([input, slices.map(fileInteger)]).toEqual([input, expected.split_alpha])
    }
  })
})

describe('an epoch of several mechanisms', () => {
  const cases = casesOf<EpochCase>('mechanism_epoch.json')

  it('has forty cases, most with several mechanisms, and none with weights that wait to be revealed', () => {
    expect(cases.length).toBe(40)
    expect(cases.filter(({ input }) => input.mechanisms.length > 1).length).toBeGreaterThan(20)
    const commits = cases.flatMap(({ input }) =>
      input.mechanisms.flatMap((mechanism) => mechanism.earliest_active_commit_block),
    )
    expect(commits.filter((block) => block !== null)).toEqual([])
  })

  it.each([...cases.entries()])('decides in case %i what the vectors say', (_at, { input, expected }) => {
    const { state, slices, decided } = epochOf(input)
    expect(slices.map(fileInteger)).toEqual(expected.split_alpha)
    expect(
      input.mechanisms.map((_mechanism, m) => ({
        incentive_u16: [...state.required(incentives, NETUID, m).incentiveU16],
        bonds_u16: rowsOfFile(storedBonds(state, NETUID, m)),
      })),
    ).toEqual(expected.per_mechanism)
    const kept = state.required(epochs, NETUID)
    expect({
      server_alpha: [...decided.serverEmissionRao].map(fileInteger),
      validator_alpha: [...decided.validatorEmissionRao].map(fileInteger),
      emission_alpha: [...kept.emissionAlpha].map(fileInteger),
      dividends_u16: [...kept.dividendsU16],
      consensus_u16: [...kept.consensusU16],
      validator_trust_u16: [...kept.validatorTrustU16],
      stake_weight_u16: [...kept.stakeWeightU16],
      active: [...kept.active].map(Boolean),
      validator_permit: [...kept.validatorPermit].map(Boolean),
    }).toEqual(expected.aggregated)
  })
})

/** Runs the case's epoch as a block does, on a state that holds what the case says. */
function epochOf({
  emission_alpha: emissionAlpha,
  split_u16: split,
  shared,
  mechanisms,
}: EpochCase['input']) {
  const { n } = shared
  const slices: bigint[] = []
  const settings = {
    taoWeightU64: BigInt(shared.tao_weight_u64),
    stakeThresholdRao: BigInt(shared.stake_threshold_rao),
  }
  const base = contextAt(shared.current_block, settings)
  const { state } = base
  addBareSubnet(base, NETUID)
  state.set(hyperparameters, [NETUID], {
    ...REFERENCE_HYPERPARAMETERS,
    mechanismCount: mechanisms.length,
    tempoBlocks: shared.tempo_blocks,
    activityCutoffFactorMilli: Math.ceil((shared.activity_cutoff_blocks * 1_000) / shared.tempo_blocks),
    maxAllowedValidators: shared.max_allowed_validators,
    commitRevealEnabled: shared.commit_reveal_enabled,
    kappaU16: shared.kappa_u16,
    bondsPenaltyU16: shared.bonds_penalty_u16,
    yuma3Enabled: shared.yuma3_enabled,
    bondsMovingAveragePpm: shared.bonds_moving_average_ppm,
    liquidAlphaEnabled: shared.liquid_alpha_enabled,
    alphaLowU16: shared.alpha_low_u16,
    alphaHighU16: shared.alpha_high_u16,
    alphaSigmoidSteepnessHundredths: shared.alpha_sigmoid_steepness_hundredths,
  })
  if (split !== null) state.set(mechanismSplits, [NETUID], Uint16Array.from(split))
  state.setRow(clocks, NETUID, { lastStepBlock: shared.last_step_block })
  const hotkey = Array.from({ length: n }, (_, uid) => idOf(1_000 + uid))
  state.set(neurons, [NETUID], {
    hotkey,
    registeredAtBlock: Float64Array.from(shared.block_at_registration),
  })
  if (shared.owner_uid !== null) {
    state.set(uids, [NETUID, hotkey[shared.owner_uid] ?? idOf(0)], shared.owner_uid)
    state.setSubnet(NETUID, { ownerHotkey: hotkey[shared.owner_uid] ?? idOf(0) })
  }
  state.set(epochs, [NETUID], {
    ...epochs.blank(),
    validatorPermit: Uint8Array.from(shared.validator_permit, Number),
  })
  for (const [m, mechanism] of mechanisms.entries()) {
    state.set(lastUpdates, [NETUID, m], { block: Float64Array.from(mechanism.last_update) })
    for (const [uid, row] of mechanism.weights.entries()) {
      if (row.length === 0) continue
      state.set(weights, [NETUID, m, uid], {
        uids: Uint16Array.from(row, ([target]) => target),
        values: Uint16Array.from(row, ([, value]) => value),
      })
    }
    state.set(bonds, [NETUID, m], sparseOfFile(mechanism.bonds))
  }
  const stakes = {
    inheritedAlpha: BigUint64Array.from(shared.alpha_stake_rao, BigInt),
    inheritedRootRao: BigUint64Array.from(shared.tao_stake_rao, BigInt),
  }
  const context = {
    ...base,
    runEpoch: (epochInput: EpochInput, params: EpochParams) => {
      slices.push(epochInput.emissionRao)
      return runEpoch(epochInput, params)
    },
  }
  const facts = { netuid: NETUID, n, ...stakes } as unknown as EpochFacts
  return { state, slices, decided: runSubnetEpoch(context, facts, BigInt(emissionAlpha)) }
}
