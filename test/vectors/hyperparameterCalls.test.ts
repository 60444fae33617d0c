import { describe, expect, it } from 'vitest'
import type { BlockContext } from '../../src/ledger/BlockContext.js'
import type { CallEvents } from '../../src/ledger/calls/callTable.js'
import { setAlphaValues } from '../../src/ledger/calls/setAlphaValues.js'
import { setEmissionEnabled } from '../../src/ledger/calls/setEmissionEnabled.js'
import { setHyperparameter } from '../../src/ledger/calls/setHyperparameter.js'
import { setMechanismEmissionSplit } from '../../src/ledger/calls/setMechanismEmissionSplit.js'
import { setRecycledRao } from '../../src/ledger/calls/setRecycledRao.js'
import { setSubnetOwnerHotkey } from '../../src/ledger/calls/setSubnetOwnerHotkey.js'
import { setSubtokenEnabled } from '../../src/ledger/calls/setSubtokenEnabled.js'
import { triggerEpoch } from '../../src/ledger/calls/triggerEpoch.js'
import {
  type HyperparameterName,
  type Hyperparameters,
  REFERENCE_HYPERPARAMETERS,
} from '../../src/ledger/index.js'
import { hyperparameterNamed } from '../../src/ledger/rules/hyperparameters.js'
import type { Value } from '../../src/ledger/rules/whyNotSet.js'
import type { AccountId } from '../../src/ledger/state/account.js'
import { noteOwnerChange, type OwnerClock, ownerChangedAt } from '../../src/ledger/state/ownerChange.js'
import { clocks, hyperparameters, neurons } from '../../src/ledger/state/tables.js'
import { addBareSubnet, contextAt } from './contextAt.js'
import { coldkeyOf, hotkeyOf, idOf } from './fileState.js'
import { vectorFiles } from './vectorsDir.js'

interface Case {
  readonly input: {
    readonly item: string
    readonly value: number | boolean | string | readonly [number, number] | null
    readonly signer: 'owner' | 'root' | 'other'
    readonly netuid: number
    readonly exists: boolean
    readonly block: number
    readonly tempo: number
    readonly last_epoch_block: number
    readonly pending_epoch_at: number
    readonly admin_freeze_window_blocks: number
    readonly last_change_block: number
    readonly n: number
    readonly min_allowed_uids: number
    readonly max_allowed_uids: number
    readonly mechanism_count: number
    readonly max_mechanism_count: number
    readonly min_burn_rao: number
    readonly max_burn_rao: number
    readonly min_childkey_take_u16: number
    readonly max_childkey_take_u16: number
    readonly liquid_alpha_enabled: boolean
    readonly commit_reveal_enabled: boolean
  }
  readonly expected: {
    readonly error: string | null
    readonly clock_after_block?: number
    readonly last_epoch_block_after?: number
    readonly pending_epoch_at_after?: number
  }
}

const cases = vectorFiles('ledger')
  .filter(({ name }) => name === 'hyperparameter_calls.json')
  .flatMap(({ content }) => (content as { readonly cases: readonly Case[] }).cases)

/** Hyperparameters by the reference's items; those that are not here have other calls, or none yet. */
const NAMES: { readonly [item: string]: HyperparameterName } = {
  activity_cutoff: 'activityCutoffBlocks',
  adjustment_alpha: 'adjustmentAlphaU64',
  adjustment_interval: 'adjustmentIntervalBlocks',
  alpha_sigmoid_steepness: 'alphaSigmoidSteepnessHundredths',
  bonds_moving_average: 'bondsMovingAveragePpm',
  bonds_penalty: 'bondsPenaltyU16',
  bonds_reset_enabled: 'bondsResetEnabled',
  burn_half_life: 'burnHalfLifeBlocks',
  burn_increase_mult_u64f64: 'burnIncreaseMultBits',
  commit_reveal_weights_enabled: 'commitRevealEnabled',
  commit_reveal_weights_interval: 'revealPeriodEpochs',
  difficulty: 'difficulty',
  ema_price_halving_period: 'emaPriceHalvingBlocks',
  immunity_period: 'immunityPeriodBlocks',
  kappa: 'kappaU16',
  liquid_alpha_enabled: 'liquidAlphaEnabled',
  max_allowed_uids: 'maxAllowedUids',
  max_allowed_validators: 'maxAllowedValidators',
  max_burn: 'maxBurnRao',
  max_difficulty: 'maxDifficulty',
  max_registrations_per_block: 'maxRegistrationsPerBlock',
  mechanism_count: 'mechanismCount',
  min_allowed_uids: 'minAllowedUids',
  min_allowed_weights: 'minAllowedWeights',
  min_burn: 'minBurnRao',
  min_difficulty: 'minDifficulty',
  min_childkey_take_per_subnet: 'minChildkeyTakeU16',
  min_non_immune_uids: 'minNonImmuneUids',
  network_registration_allowed: 'registrationAllowed',
  owner_cut_auto_lock_enabled: 'ownerCutAutoLockEnabled',
  owner_cut_enabled: 'ownerCutEnabled',
  owner_immune_neuron_limit: 'ownerImmuneUidsLimit',
  recycle_or_burn: 'ownerIncentiveIsRecycled',
  rho: 'rhoU16',
  root_claim_threshold: 'rootClaimThresholdAlpha',
  serving_rate_limit: 'servingRateLimitBlocks',
  set_activity_cutoff_factor: 'activityCutoffFactorMilli',
  set_tempo: 'tempoBlocks',
  target_registrations_per_interval: 'targetRegistrationsPerInterval',
  tempo: 'tempoBlocks',
  toggle_transfer: 'transfersEnabled',
  weights_set_rate_limit: 'weightsSetRateLimitBlocks',
  weights_version_key: 'weightsVersionKey',
  yuma3_enabled: 'yuma3Enabled',
}

/** Accounts of the files' signers; the owner is that of a bare subnet. */
const SIGNERS = { owner: 1, root: 8, other: 9 } as const

/** A block in which the file's subnet is as it says. */
function contextOf(input: Case['input'], own: Partial<Hyperparameters>): BlockContext<CallEvents> {
  const context = contextAt(input.block, {
    rootKey: coldkeyOf(SIGNERS.root),
    adminFreezeWindowBlocks: input.admin_freeze_window_blocks,
    minChildkeyTakeU16: input.min_childkey_take_u16,
    maxChildkeyTakeU16: input.max_childkey_take_u16,
    maxMechanismCount: input.max_mechanism_count,
  })
  const { state } = context
  const { netuid } = input
  if (!input.exists) return context
  if (netuid !== 0) addBareSubnet(context, netuid)
  state.set(hyperparameters, [netuid], {
    ...REFERENCE_HYPERPARAMETERS,
    tempoBlocks: input.tempo,
    minAllowedUids: input.min_allowed_uids,
    maxAllowedUids: input.max_allowed_uids,
    mechanismCount: input.mechanism_count,
    minBurnRao: BigInt(input.min_burn_rao),
    maxBurnRao: BigInt(input.max_burn_rao),
    liquidAlphaEnabled: input.liquid_alpha_enabled,
    commitRevealEnabled: input.commit_reveal_enabled,
    ...own,
  })
  state.setRow(clocks, netuid, {
    lastEpochBlock: input.last_epoch_block,
    pendingEpochAtBlock: input.pending_epoch_at,
  })
  const hotkey = Array.from({ length: input.n }, (_, uid) => idOf(1_000 + uid))
  state.set(neurons, [netuid], { hotkey, registeredAtBlock: new Float64Array(input.n) })
  return context
}

/** What became of a change, in the words of the file. */
function changed(
  input: Case['input'],
  name: HyperparameterName,
  value: Value,
  own: Partial<Hyperparameters> = {},
): Case['expected'] {
  const args = setHyperparameter.encodeArgs({ netuid: input.netuid, name, value })
  const { rule } = hyperparameterNamed(name)!
  const clock = {
    netuid: input.netuid,
    name: rule.clock ?? name,
    ...(rule.isClockOfAccount === true && { owner: idOf(SIGNERS.owner) }),
  }
  return outcome(input, clock, setHyperparameter.read(args)!, own)
}

type Run = (context: never, signer: AccountId) => { readonly error: string } | null

function outcome(
  input: Case['input'],
  clock: OwnerClock,
  run: Run,
  own: Partial<Hyperparameters> = {},
): Case['expected'] {
  const context = contextOf(input, own)
  const { state } = context
  const { netuid, last_change_block: lastChange } = input
  if (lastChange !== 0) noteOwnerChange(state, clock, lastChange)
  const clockCell = (column: 'lastEpochBlock' | 'pendingEpochAtBlock'): number =>
    input.exists ? state.cell(clocks, netuid, column) : 0
  const refusal = run(context as never, idOf(SIGNERS[input.signer]))
  if (refusal !== null) return { error: refusal.error }
  return {
    error: null,
    clock_after_block: ownerChangedAt(state, clock) ?? 0,
    last_epoch_block_after: clockCell('lastEpochBlock'),
    pending_epoch_at_after: clockCell('pendingEpochAtBlock'),
  }
}

/** The call of an item that has two is another for root than for owners; here both are one, which refuses neither. */
function isOfOtherCall({ item, signer }: Case['input']): boolean {
  return (item === 'set_tempo' && signer === 'root') || (item === 'tempo' && signer === 'owner')
}

function givenValue({ item, value }: Case['input'], name: HyperparameterName): Value {
  if (item === 'recycle_or_burn') return value === 'Recycle'
  return typeof REFERENCE_HYPERPARAMETERS[name] === 'bigint' ? BigInt(value as string) : (value as Value)
}

describe('setting a hyperparameter', () => {
  it('has every case of the file looked at', () => {
    expect(cases.length).toBe(1_224)
    const looked = new Set([
      ...Object.keys(NAMES),
      'alpha_values',
      'mechanism_emission_split',
      'subtoken_enabled',
      'rao_recycled',
      'sn_owner_hotkey',
      'trigger_epoch',
      'subnet_emission_enabled',
    ])
    expect([...new Set(cases.map(({ input }) => input.item))].filter((item) => !looked.has(item))).toEqual([])
  })

  it.each(Object.keys(NAMES))('does with %s as the vectors say', (item) => {
    const name = NAMES[item] as HyperparameterName
    const ofItem = cases.filter(({ input }) => input.item === item)
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { input } = one
      if (isOfOtherCall(input)) {
        expect(one.expected).toEqual({ error: 'BadOrigin' })
        continue
      }
      const is = changed(input, name, givenValue(input, name))
      expect([input, is]).toEqual([input, one.expected])
    }
  })

  it('sets both values of liquid alpha as the vectors say, and one beside the other', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'alpha_values')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { input, expected } = one
      const [alphaLowU16, alphaHighU16] = input.value as readonly [number, number]
      const { netuid } = input
      const args = setAlphaValues.encodeArgs({ netuid, lowU16: alphaLowU16, highU16: alphaHighU16 })
      expect([input, outcome(input, { netuid, name: 'alphaValues' }, setAlphaValues.read(args)!)]).toEqual([
        input,
        expected,
      ])
      expect(changed(input, 'alphaLowU16', alphaLowU16, { alphaHighU16 })).toEqual(expected)
      expect(changed(input, 'alphaHighU16', alphaHighU16, { alphaLowU16 })).toEqual(expected)
    }
  })

  it('divides the emission among mechanisms as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'mechanism_emission_split')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { netuid, value } = one.input
      const splitU16 = value as readonly number[] | null
      const run = setMechanismEmissionSplit.read(setMechanismEmissionSplit.encodeArgs({ netuid, splitU16 }))!
      const clock = { netuid, name: 'mechanismEmissionSplit', owner: idOf(SIGNERS.owner) }
      expect([one.input, outcome(one.input, clock, run)]).toEqual([one.input, one.expected])
    }
  })

  it('opens and closes subnets as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'subtoken_enabled')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { netuid, value } = one.input
      const run = setSubtokenEnabled.read(
        setSubtokenEnabled.encodeArgs({ netuid, enabled: value as boolean }),
      )!
      expect([one.input, outcome(one.input, { netuid, name: 'subtokenEnabled' }, run)]).toEqual([
        one.input,
        one.expected,
      ])
    }
  })

  it('sets the counter of registrations as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'rao_recycled')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { netuid, value } = one.input
      const recycledRao = BigInt(value as number)
      const run = setRecycledRao.read(setRecycledRao.encodeArgs({ netuid, recycledRao }))!
      expect([one.input, outcome(one.input, { netuid, name: 'recycledRao' }, run)]).toEqual([
        one.input,
        one.expected,
      ])
    }
  })

  it('names hotkeys of owners as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'sn_owner_hotkey')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { netuid } = one.input
      const run = setSubnetOwnerHotkey.read(
        setSubnetOwnerHotkey.encodeArgs({ netuid, hotkey: hotkeyOf(77) }),
      )!
      expect([one.input, outcome(one.input, { netuid, name: 'ownerHotkey' }, run)]).toEqual([
        one.input,
        one.expected,
      ])
    }
  })

  it('triggers epochs as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'trigger_epoch')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const run = triggerEpoch.read(triggerEpoch.encodeArgs({ netuid: one.input.netuid }))!
      expect([
        one.input,
        outcome(one.input, { netuid: one.input.netuid, name: 'triggerEpoch' }, run),
      ]).toEqual([one.input, one.expected])
    }
  })

  it('lets subnets take part in emission as the vectors say', () => {
    const ofItem = cases.filter(({ input }) => input.item === 'subnet_emission_enabled')
    expect(ofItem.length).toBe(24)
    for (const one of ofItem) {
      const { netuid, value } = one.input
      const args = setEmissionEnabled.encodeArgs({ netuid, enabled: value as boolean })
      const is = outcome(one.input, { netuid, name: 'emissionEnabled' }, setEmissionEnabled.read(args)!)
      expect([one.input, is]).toEqual([one.input, one.expected])
    }
  })
})
