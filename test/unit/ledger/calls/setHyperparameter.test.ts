import { describe, expect, it } from 'vitest'
import type { HyperparameterName } from '../../../../src/ledger/index.js'
import { RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness, type HarnessOptions, keyOf } from '../harness.js'

function founded(options: HarnessOptions = {}): Harness {
  const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000, bob: 5_000 }, ...options })
  h.startSubnet()
  return h
}

const setOn =
  (h: Harness) =>
  (name: HyperparameterName, value: number | bigint | boolean, signer = 'alice') =>
    h.errorOf(signer, 'setHyperparameter', { netuid: 1, name, value })

/** With a root key in genesis. */
function withRoot(options: HarnessOptions = {}): Harness {
  const { config, ...others } = options
  return founded({
    ...others,
    endowedTao: { alice: 5_000, bob: 5_000, root: 1 },
    config: { ...config, rootKey: keyOf('root').address },
  })
}

describe('setHyperparameter', () => {
  it('is the owner’s, and leaves root’s items alone', () => {
    const h = founded()
    const set = setOn(h)
    expect(set('rhoU16', 11, 'bob')).toBe('BadOrigin')
    expect(h.errorOf('alice', 'setHyperparameter', { netuid: 3, name: 'rhoU16', value: 11 })).toBe(
      'BadOrigin',
    )
    for (const [name, value] of [
      ['kappaU16', 1],
      ['maxAllowedValidators', 1],
      ['minAllowedUids', 1],
      ['weightsSetRateLimitBlocks', 1],
      ['registrationAllowed', false],
      ['minNonImmuneUids', 1],
    ] as const) {
      expect([name, set(name, value)]).toEqual([name, 'BadOrigin'])
    }
    const unknown = 'toString' as HyperparameterName
    expect(set(unknown, 1)).toBe('BadOrigin')
    expect(h.last!.receipts[0]!.refusal!.data).toEqual({ because: 'noHyperparameter', name: 'toString' })
    expect(set('kappa' as HyperparameterName, 1)).toBe('BadOrigin')
    expect(h.last!.receipts[0]!.refusal!.remedy).toContain('Name kappaU16, if that is what you mean')
    expect(set('rhoU16', 11)).toBe(null)
    expect(h.subnet().hyperparameters.rhoU16).toBe(11)
    expect(h.last!.receipts[0]!.events).toEqual([
      { name: 'HyperparameterSet', netuid: 1, data: { name: 'rhoU16', value: 11 } },
    ])
  })

  it('lets an owner change an item once in two tempos, each item on its own', () => {
    const h = founded({ hyperparameters: { tempoBlocks: 30 }, config: { adminFreezeWindowBlocks: 0 } })
    const set = setOn(h)
    expect(set('rhoU16', 1)).toBe(null)
    expect(set('bondsPenaltyU16', 1)).toBe(null)
    h.blocks(57)
    expect(set('rhoU16', 2)).toBe('TxRateLimitExceeded')
    expect(set('rhoU16', 2)).toBe(null)
    expect(set('ownerCutEnabled', false)).toBe(null)
    expect(set('ownerCutEnabled', true)).toBe(null)
    expect(set('weightsVersionKey', 3)).toBe(null)
    h.blocks(148)
    expect(set('weightsVersionKey', 4)).toBe('TxRateLimitExceeded')
    expect(set('weightsVersionKey', 4)).toBe(null)
  })

  it('is frozen in the ten blocks before an epoch', () => {
    const h = founded({ hyperparameters: { tempoBlocks: 20 } })
    const set = setOn(h)
    const next = h.subnet().nextEpochBlock!
    while (h.ledger.info().head.number < next - 11) h.block()
    expect(set('rhoU16', 1)).toBe(null)
    expect(set('bondsPenaltyU16', 1)).toBe('AdminActionProhibitedDuringWeightsWindow')
    h.blocks(9)
    // At the epoch's own block the next one is a tempo away.
    expect(h.subnet().lastEpochBlock).toBe(next)
    expect(set('bondsPenaltyU16', 1)).toBe(null)
  })

  it('restarts the cycle with the tempo', () => {
    const h = founded()
    const set = setOn(h)
    h.blocks(20)
    expect(set('tempoBlocks', 359)).toBe('TempoOutOfBounds')
    expect(set('tempoBlocks', 50_401)).toBe('TempoOutOfBounds')
    expect(set('tempoBlocks', 400)).toBe(null)
    const { number } = h.ledger.info().head
    expect(h.subnet()).toMatchObject({ lastEpochBlock: number, nextEpochBlock: number + 400 })
    expect(set('tempoBlocks', 500)).toBe('TxRateLimitExceeded')
  })

  it('keeps every bound under its reference name', () => {
    const h = founded({ config: { ownerHyperparamRateLimitTempos: 0, adminFreezeWindowBlocks: 0 } })
    const set = setOn(h)
    const multiplier = (percent: bigint) => (percent << 64n) / 100n
    const cases: readonly [HyperparameterName, number | bigint | boolean, string | null][] = [
      ['servingRateLimitBlocks', 0, null],
      ['servingRateLimitBlocks', 1.5, 'InvalidValue'],
      ['immunityPeriodBlocks', 65_536, 'InvalidValue'],
      ['immunityPeriodBlocks', true, 'InvalidValue'],
      ['minAllowedWeights', 5, null],
      ['maxAllowedUids', 63, 'MaxAllowedUidsLessThanMinAllowedUids'],
      ['maxAllowedUids', 257, 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids'],
      ['maxAllowedUids', 64, null],
      ['activityCutoffFactorMilli', 999, 'ActivityCutoffFactorMilliOutOfBounds'],
      ['activityCutoffFactorMilli', 50_001, 'ActivityCutoffFactorMilliOutOfBounds'],
      ['activityCutoffFactorMilli', 1_000, null],
      ['bondsMovingAveragePpm', 975_001, 'BondsMovingAverageMaxReached'],
      ['bondsMovingAveragePpm', 975_000, null],
      ['alphaLowU16', 2_000, 'LiquidAlphaDisabled'],
      ['liquidAlphaEnabled', true, null],
      ['alphaLowU16', 1_637, 'AlphaLowOutOfRange'],
      ['alphaLowU16', 58_983, 'AlphaLowOutOfRange'],
      ['alphaLowU16', 58_982, null],
      ['alphaHighU16', 1_637, 'AlphaHighTooLow'],
      ['alphaHighU16', 58_981, 'AlphaLowOutOfRange'],
      ['alphaHighU16', 65_535, null],
      ['alphaSigmoidSteepnessHundredths', -1, 'NegativeSigmoidSteepness'],
      ['alphaSigmoidSteepnessHundredths', 32_768, 'InvalidValue'],
      ['alphaSigmoidSteepnessHundredths', 0, null],
      ['yuma3Enabled', 1, 'InvalidValue'],
      ['yuma3Enabled', false, null],
      ['commitRevealEnabled', false, null],
      ['minBurnRao', RAO_PER_TAO, 'ValueNotInBounds'],
      ['minBurnRao', RAO_PER_TAO - 1n, null],
      ['maxBurnRao', RAO_PER_TAO / 10n, 'ValueNotInBounds'],
      ['maxBurnRao', RAO_PER_TAO - 1n, 'ValueNotInBounds'],
      ['maxBurnRao', RAO_PER_TAO, null],
      ['burnHalfLifeBlocks', 0, 'InvalidValue'],
      ['burnHalfLifeBlocks', 36_101, 'InvalidValue'],
      ['burnHalfLifeBlocks', 36_100, null],
      ['burnIncreaseMultBits', multiplier(99n), 'InvalidValue'],
      ['burnIncreaseMultBits', multiplier(301n), 'InvalidValue'],
      ['burnIncreaseMultBits', multiplier(300n), null],
      ['ownerImmuneUidsLimit', 0, 'InvalidValue'],
      ['ownerImmuneUidsLimit', 11, 'InvalidValue'],
      ['ownerImmuneUidsLimit', 10, null],
      ['ownerIncentiveIsRecycled', true, null],
    ]
    for (const [name, value, error] of cases)
      expect([name, value, set(name, value)]).toEqual([name, value, error])
    expect(h.subnet().hyperparameters).toMatchObject({
      burnIncreaseMultBits: multiplier(300n),
      yuma3Enabled: false,
    })
  })

  it('does not lower the limit of uids below those taken', () => {
    const h = founded({ preset: 'localnet', hyperparameters: { minAllowedUids: 1 } })
    h.call('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey('m'), limitRao: null })
    expect(setOn(h)('maxAllowedUids', 1)).toBe('MaxAllowedUIdsLessThanCurrentUIds')
    expect(setOn(h)('maxAllowedUids', 2)).toBe(null)
  })

  it('lets root set its own items and the owners’, without a clock', () => {
    const h = withRoot()
    const set = setOn(h)
    for (const [name, value] of [
      ['kappaU16', 1],
      ['weightsSetRateLimitBlocks', 1],
      ['minNonImmuneUids', 65_535],
      ['registrationAllowed', false],
      ['maxAllowedValidators', 256],
      ['rhoU16', 11],
      ['rhoU16', 12],
    ] as const) {
      expect([name, set(name, value, 'root')]).toEqual([name, null])
      expect(h.subnet().hyperparameters[name]).toBe(value)
    }
    // Root's changes start no clock, and wait for none.
    expect(set('rhoU16', 13)).toBe(null)
    expect(set('rhoU16', 14)).toBe('TxRateLimitExceeded')
    expect(set('rhoU16', 14, 'root')).toBe(null)
    expect(set('kappaU16', 2)).toBe('BadOrigin')
  })

  it('holds root to bounds of its own', () => {
    const h = withRoot({ config: { adminFreezeWindowBlocks: 0 } })
    const set = setOn(h)
    const cases: readonly [HyperparameterName, number, string | null][] = [
      ['tempoBlocks', 1, null],
      ['tempoBlocks', 65_535, null],
      ['tempoBlocks', 0, null],
      ['tempoBlocks', 65_536, 'InvalidValue'],
      ['alphaSigmoidSteepnessHundredths', -32_768, null],
      ['alphaSigmoidSteepnessHundredths', -32_769, 'InvalidValue'],
      ['bondsMovingAveragePpm', 1_000_000, null],
      ['activityCutoffFactorMilli', 999, 'ActivityCutoffFactorMilliOutOfBounds'],
      ['maxAllowedValidators', 257, 'MaxValidatorsLargerThanMaxUIds'],
      ['minAllowedUids', 256, 'MinAllowedUidsGreaterThanMaxAllowedUids'],
      ['minAllowedUids', 1, 'MinAllowedUidsGreaterThanCurrentUids'],
      ['minAllowedUids', 0, null],
      ['kappaU16', 65_536, 'InvalidValue'],
    ]
    for (const [name, value, error] of cases) {
      expect([name, value, set(name, value, 'root')]).toEqual([name, value, error])
    }
    const { number } = h.ledger.info().head
    expect(set('tempoBlocks', 100, 'root')).toBe(null)
    expect(h.subnet()).toMatchObject({ lastEpochBlock: number + 1, nextEpochBlock: number + 101 })
  })

  it('lets root say ahead what a subnet begins with, but for what each begins with anew', () => {
    const h = withRoot({ config: { networkRateLimitBlocks: 0 } })
    const setOn2 = (name: HyperparameterName, value: number | boolean) =>
      h.errorOf('root', 'setHyperparameter', { netuid: 2, name, value })
    expect(setOn2('servingRateLimitBlocks', 7)).toBe(null)
    expect(setOn2('minNonImmuneUids', 3)).toBe(null)
    expect(setOn2('registrationAllowed', false)).toBe(null)
    expect(setOn2('yuma3Enabled', false)).toBe(null)
    expect(h.ledger.query('subnet', { netuid: 2 })).toBe(null)
    expect(h.errorOf('bob', 'registerSubnet', { hotkey: h.hotkey('bob-hot') })).toBe(null)
    expect(h.subnet(2).hyperparameters).toMatchObject({
      servingRateLimitBlocks: 7,
      minNonImmuneUids: 3,
      registrationAllowed: true,
      yuma3Enabled: true,
    })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('tells root of a subnet that is not there, and freezes what it freezes for owners', () => {
    const h = withRoot({ hyperparameters: { tempoBlocks: 20 } })
    const setOn7 = (name: HyperparameterName, value: number) =>
      h.errorOf('root', 'setHyperparameter', { netuid: 7, name, value })
    expect(setOn7('rhoU16', 1)).toBe('SubnetDoesNotExist')
    expect(setOn7('kappaU16', 1)).toBe('SubnetDoesNotExist')
    // Asked after the bounds.
    expect(setOn7('bondsMovingAveragePpm', 1_000_001)).toBe('InvalidValue')
    expect(setOn7('bondsMovingAveragePpm', 1_000_000)).toBe('SubnetDoesNotExist')
    // Not asked at all.
    expect(setOn7('ownerImmuneUidsLimit', 11)).toBe('InvalidValue')
    expect(setOn7('ownerImmuneUidsLimit', 10)).toBe(null)
    const next = h.subnet().nextEpochBlock ?? 0
    while (h.ledger.info().head.number < next - 10) h.block()
    const set = setOn(h)
    expect(set('rhoU16', 1, 'root')).toBe('AdminActionProhibitedDuringWeightsWindow')
    expect(set('maxAllowedValidators', 1, 'root')).toBe('AdminActionProhibitedDuringWeightsWindow')
    expect(set('kappaU16', 1, 'root')).toBe(null)
    expect(set('activityCutoffFactorMilli', 1_000, 'root')).toBe(null)
  })
})

describe('a bound that a value breaks', () => {
  const refusedAs = (h: Harness, name: HyperparameterName, value: number | bigint, signer = 'alice') => {
    const { refusal } = h.call(signer, 'setHyperparameter', { netuid: 1, name, value })
    return [refusal?.error, refusal?.data]
  }

  it('is told as the least and the most that it may be now', () => {
    const h = withRoot({
      hyperparameters: { liquidAlphaEnabled: true, alphaLowU16: 30_000, minBurnRao: RAO_PER_TAO / 2n },
      config: { maxMechanismCount: 3, ownerTempoMaxBlocks: 500 },
    })
    const told = (name: HyperparameterName, value: number | bigint, least: unknown, most: unknown) => ({
      name,
      value,
      least,
      most,
    })
    const cases = [
      ['tempoBlocks', 1, 360, 500, 'TempoOutOfBounds'],
      ['bondsMovingAveragePpm', 999_999, 0, 975_000, 'BondsMovingAverageMaxReached'],
      ['maxAllowedUids', 63, 64, 256, 'MaxAllowedUidsLessThanMinAllowedUids'],
      // With the 256 uids of each, one is all.
      ['mechanismCount', 2, 1, 1, 'TooManyUIDsPerMechanism'],
      ['maxBurnRao', RAO_PER_TAO / 4n, RAO_PER_TAO / 2n + 1n, 2n ** 64n - 1n, 'ValueNotInBounds'],
      ['minBurnRao', RAO_PER_TAO, 0n, RAO_PER_TAO - 1n, 'ValueNotInBounds'],
      ['alphaHighU16', 20_000, 30_000, 65_535, 'AlphaLowOutOfRange'],
      ['alphaLowU16', 60_000, 1_638, 58_982, 'AlphaLowOutOfRange'],
      ['revealPeriodEpochs', 101, 1, 100, 'RevealPeriodTooLarge'],
      ['burnHalfLifeBlocks', 0, 1, 36_100, 'InvalidValue'],
      ['rhoU16', 65_536, 0, 65_535, 'InvalidValue'],
      ['rootClaimThresholdAlpha', 10_000_001n, 0n, 10_000_000n, 'InvalidRootClaimThreshold'],
    ] as const
    for (const [name, value, least, most, error] of cases) {
      const data = told(name, value, least, most)
      const isInvalid = error === 'InvalidValue'
      expect(refusedAs(h, name, value)).toEqual([
        error,
        isInvalid ? { because: 'outOfBounds', ...data } : data,
      ])
    }
    expect(refusedAs(h, 'minAllowedUids', 1, 'root')).toEqual([
      'MinAllowedUidsGreaterThanCurrentUids',
      told('minAllowedUids', 1, 0, 0),
    ])
    expect(refusedAs(h, 'maxAllowedValidators', 257, 'root')).toEqual([
      'MaxValidatorsLargerThanMaxUIds',
      told('maxAllowedValidators', 257, 0, 256),
    ])
    expect(refusedAs(h, 'tempoBlocks', 70_000, 'root')).toEqual([
      'InvalidValue',
      { because: 'outOfBounds', ...told('tempoBlocks', 70_000, 0, 65_535) },
    ])
  })

  it('can be kept: the least and the most that are told are taken', () => {
    for (const [name, broken] of [
      ['maxBurnRao', 1n],
      ['minBurnRao', RAO_PER_TAO],
      ['maxAllowedUids', 1],
      ['activityCutoffFactorMilli', 1],
      ['burnIncreaseMultBits', 1n],
      ['minChildkeyTakeU16', 60_000],
    ] as const) {
      for (const end of ['least', 'most'] as const) {
        const h = founded()
        const { refusal } = h.call('alice', 'setHyperparameter', { netuid: 1, name, value: broken })
        const { [end]: value } = Object(refusal?.data) as { readonly least: number; readonly most: number }
        expect([name, end, h.errorOf('alice', 'setHyperparameter', { netuid: 1, name, value })]).toEqual([
          name,
          end,
          null,
        ])
      }
    }
  })
})

describe('switches of the chain', () => {
  it('look at an owner’s tempo in the order of other items, or first at its bounds', () => {
    for (const [tempoIsSetLikeOthers, inTheWindow, tooSoon] of [
      [false, 'TempoOutOfBounds', 'TempoOutOfBounds'],
      [true, 'TempoOutOfBounds', 'TxRateLimitExceeded'],
    ] as const) {
      const h = founded({ config: { tempoIsSetLikeOthers, adminFreezeWindowBlocks: 5 } })
      const set = setOn(h)
      expect(set('tempoBlocks', 1)).toBe(inTheWindow)
      expect(set('tempoBlocks', 400)).toBe(null)
      expect(set('tempoBlocks', 1)).toBe(tooSoon)
    }
  })

  it('run an epoch that was put off for longer than a tempo, or wait for it', () => {
    for (const [epochSafetyNetAtTempo, ran] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const h = founded({
        config: {
          epochSafetyNetAtTempo,
          adminFreezeWindowBlocks: 0,
          ownerTempoMinBlocks: 1,
          setTempoRateLimitBlocks: 0,
        },
        hyperparameters: { tempoBlocks: 10 },
      })
      let epochs = 0
      // Each change of the tempo starts its cycle anew, but not the count of blocks without an epoch.
      for (let round = 0; round < 3; round++) {
        expect(setOn(h)('tempoBlocks', 10)).toBe(null)
        for (const { events } of h.blocks(5)) epochs += eventsOf(events, 'EpochRan').length
      }
      expect(epochs).toBe(ran)
    }
  })

  it('share TAO by root’s proportion too, or by price alone', () => {
    const taoOf = (rootProportionWeighsShares: boolean): bigint[] => {
      const h = withRoot({
        endowedTao: { alice: 10_000, bob: 10_000, root: 1 },
        config: {
          rootProportionWeighsShares,
          movingAlphaBits: 2n ** 31n,
          networkRateLimitBlocks: 0,
          emissionEnabledAtRegistration: true,
        },
        hyperparameters: { emaPriceHalvingBlocks: 1 },
      })
      expect(h.errorOf('bob', 'registerSubnet', { hotkey: h.hotkey('bob-hot') })).toBe(null)
      expect(h.errorOf('bob', 'startSubnet', { netuid: 2 })).toBe(null)
      const hotkey = h.hotkey('alice-hot')
      const root = { netuid: 0, hotkey, amountRao: 100n * RAO_PER_TAO }
      expect(h.errorOf('alice', 'addStake', root)).toBe(null)
      // Alpha that is out makes root's part of a subnet smaller.
      expect(h.errorOf('alice', 'addStake', { ...root, netuid: 1 })).toBe(null)
      h.blocks(30)
      return [1, 2].map((netuid) => {
        const { taoInRao, excessRao } = h.subnet(netuid).lastInjection
        return taoInRao + excessRao
      })
    }
    const [byPrice1 = 0n, byPrice2 = 0n] = taoOf(false)
    const [weighed1 = 0n, weighed2 = 0n] = taoOf(true)
    expect(byPrice1 + byPrice2).toBeGreaterThan(999_999_000n)
    expect(weighed1 + weighed2).toBeGreaterThan(999_999_000n)
    expect(weighed1).not.toBe(byPrice1)
  })
})

describe('setEmissionEnabled', () => {
  it('is root’s alone', () => {
    // A subnet has a part of the TAO as soon as its average price is above 0.
    const h = withRoot({ config: { movingAlphaBits: 2n ** 31n } })
    const enable = (signer: string, netuid: number, enabled = true) =>
      h.errorOf(signer, 'setEmissionEnabled', { netuid, enabled })
    expect(enable('alice', 1)).toBe('BadOrigin')
    expect(enable('alice', 7)).toBe('BadOrigin')
    expect(enable('root', 7)).toBe('SubnetDoesNotExist')
    expect(enable('root', 0)).toBe('NotPermittedOnRootSubnet')
    expect(h.subnet().emissionEnabled).toBe(false)
    // What root allows or not is TAO: alpha is minted in each block all the same.
    const grown = () => {
      const before = h.subnet()
      h.block()
      const after = h.subnet()
      return [after.subnetTaoRao - before.subnetTaoRao, after.pendingAlpha - before.pendingAlpha]
    }
    expect(grown()).toEqual([0n, 999_999_998n])
    expect(enable('root', 1)).toBe(null)
    expect(h.subnet().emissionEnabled).toBe(true)
    expect(grown()).toEqual([10n ** 9n, 999_999_998n])
    expect(enable('root', 1, false)).toBe(null)
    expect(grown()).toEqual([0n, 999_999_998n])
  })

  it('is nobody’s on a chain without a root key', () => {
    const h = founded()
    for (const signer of ['alice', 'bob']) {
      expect(h.errorOf(signer, 'setEmissionEnabled', { netuid: 1, enabled: true })).toBe('BadOrigin')
    }
  })
})
