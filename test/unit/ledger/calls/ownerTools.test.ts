import { describe, expect, it } from 'vitest'
import { SUBNET_SYMBOLS } from '../../../../src/ledger/index.js'
import { placeOfNewSymbol } from '../../../../src/ledger/rules/subnetSymbols.js'
import { Harness, type HarnessOptions, keyOf } from '../harness.js'

function founded({ config, hyperparameters }: HarnessOptions = {}): Harness {
  const h = new Harness({
    config: { rootKey: keyOf('root').address, adminFreezeWindowBlocks: 0, ...config },
    hyperparameters: {
      immunityPeriodBlocks: 2,
      minAllowedUids: 0,
      commitRevealEnabled: false,
      ...hyperparameters,
    },
    endowedTao: { alice: 100_000, bob: 100_000, root: 1 },
  })
  h.startSubnet()
  return h
}

const register = (h: Harness, name: string) =>
  h.errorOf('bob', 'registerNeuron', { netuid: 1, hotkey: h.hotkey(name), limitRao: null })

describe('trimUids', () => {
  const trim = (h: Harness, maxAllowedUids: number, signer = 'alice', netuid = 1) =>
    h.errorOf(signer, 'trimUids', { netuid, maxAllowedUids })

  it('takes out who earned least and the newest of them, and lets the others close ranks', () => {
    const h = founded()
    for (const name of ['b1', 'b2', 'b3']) expect(register(h, name)).toBe(null)
    h.call('b2', 'serveAxon', { netuid: 1, ip: '203.0.113.7', port: 8_091, version: 1 })
    h.blocks(3)
    expect(trim(h, 3, 'bob')).toBe('BadOrigin')
    expect(trim(h, 300)).toBe('InvalidValue')
    expect(trim(h, 3, 'root', 7)).toBe('SubnetNotExists')
    // The owner's own is protected, and a fifth must not be.
    expect(trim(h, 1)).toBe('TrimmingWouldExceedMaxImmunePercentage')
    const { refusal, events } = h.call('alice', 'trimUids', { netuid: 1, maxAllowedUids: 3 })
    expect([refusal, events]).toEqual([
      null,
      [
        {
          name: 'UidsTrimmed',
          netuid: 1,
          data: { maxAllowedUids: 3, removed: [{ uid: 3, hotkey: h.hotkey('b3') }] },
        },
      ],
    ])
    expect(h.subnet()).toMatchObject({ n: 3, hyperparameters: { maxAllowedUids: 3 } })
    expect(h.ledger.query('uid', { netuid: 1, hotkey: h.hotkey('b3') })).toBe(null)
    expect(trim(h, 2)).toBe('TxRateLimitExceeded')
    // Root waits for no clock.
    expect(trim(h, 2, 'root')).toBe(null)
    const view = h.ledger.query('metagraph', { netuid: 1 })
    expect(view?.hotkey).toEqual([h.hotkey('alice-hot'), h.hotkey('b1')])
    expect(view?.axon).toEqual([null, null])
    h.blocks(h.subnet().hyperparameters.tempoBlocks)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('keeps an axon with its neuron, and only sets the limit where nobody has to leave', () => {
    const h = founded({ hyperparameters: { immunityPeriodBlocks: 0 } })
    for (const name of ['b1', 'b2', 'b3']) expect(register(h, name)).toBe(null)
    h.call('b3', 'serveAxon', { netuid: 1, ip: '203.0.113.7', port: 8_091, version: 1 })
    // Those of the highest uids would leave first, had they not earned anything: here b1 and b2 weigh b3.
    expect(trim(h, 200, 'root')).toBe(null)
    expect(h.subnet()).toMatchObject({ n: 4, hyperparameters: { maxAllowedUids: 200 } })
    for (const name of ['b1', 'b2', 'b3'])
      h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey(name), amountRao: 1_000_000_000n })
    h.blocks(h.subnet().hyperparameters.tempoBlocks)
    expect(h.errorOf('alice-hot', 'setWeights', { netuid: 1, uids: [3], values: [1], versionKey: 0 })).toBe(
      null,
    )
    h.call('alice', 'addStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 100_000_000_000n })
    h.blocks(2 * h.subnet().hyperparameters.tempoBlocks)
    expect(trim(h, 2, 'root')).toBe(null)
    const view = h.ledger.query('metagraph', { netuid: 1 })
    expect(view?.hotkey).toEqual([h.hotkey('alice-hot'), h.hotkey('b3')])
    expect(view?.axon).toEqual([null, { host: '203.0.113.7', port: 8_091 }])
    expect([...(view?.weights.column ?? [])]).toEqual([1])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setSubnetOwnerHotkey', () => {
  it('is the owner’s and root’s, once in a while, with the locks of both hotkeys', () => {
    const h = founded({ config: { ownerHotkeyRateLimitBlocks: 10 } })
    const set = (name: string, signer: string, netuid = 1) =>
      h.errorOf(signer, 'setSubnetOwnerHotkey', { netuid, hotkey: h.hotkey(name) })
    h.call('alice', 'addStake', { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 10_000_000_000n })
    expect(register(h, 'b1')).toBe(null)
    h.call('bob', 'addStake', { netuid: 1, hotkey: h.hotkey('b1'), amountRao: 10_000_000_000n })
    for (const [signer, hotkey] of [
      ['alice', 'alice-hot'],
      ['bob', 'b1'],
    ] as const) {
      h.call(signer, 'setPerpetualLock', { netuid: 1, enabled: true })
      const args = { netuid: 1, hotkey: h.hotkey(hotkey), amountAlpha: 1_000_000n }
      expect(h.errorOf(signer, 'lockStake', args)).toBe(null)
    }
    expect(set('b1', 'bob')).toBe('BadOrigin')
    expect(set('b1', 'root', 7)).toBe('SubnetNotExists')
    expect(set('b1', 'alice')).toBe(null)
    expect(h.last?.receipts[0]?.events).toEqual([
      { name: 'SubnetOwnerHotkeySet', netuid: 1, data: { hotkey: h.hotkey('b1') } },
    ])
    expect(h.subnet().ownerHotkey).toBe(h.hotkey('b1'))
    // Its locks have all their conviction at once.
    const conviction = h.ledger.query('conviction', { netuid: 1, hotkey: h.hotkey('b1') })
    expect(conviction).toEqual({ lockedAlpha: 1_000_000n, convictionBits: 1_000_000n << 64n })
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
    expect(set('alice-hot', 'alice')).toBe('TxRateLimitExceeded')
    expect(set('alice-hot', 'root')).toBe('TxRateLimitExceeded')
    h.blocks(8)
    // A hotkey that nobody ever used will do: the owner's cut is staked on it.
    expect(set('nobody', 'root')).toBe(null)
    h.blocks(2 * h.subnet().hyperparameters.tempoBlocks)
    const stake = { netuid: 1, hotkey: h.hotkey('nobody'), coldkey: h.coldkey('alice') }
    expect(h.ledger.query('stake', stake).positionAlpha).toBeGreaterThan(0n)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setSubtokenEnabled', () => {
  it('is root’s, closes a subnet to stake and emission, and opens it again', () => {
    const h = founded({ config: { adminFreezeWindowBlocks: 3 } })
    const set = (signer: string, enabled: boolean, netuid = 1) =>
      h.errorOf(signer, 'setSubtokenEnabled', { netuid, enabled })
    expect(set('alice', false)).toBe('BadOrigin')
    expect(set('root', false)).toBe(null)
    expect(h.subnet().subtokenEnabled).toBe(false)
    const stake = { netuid: 1, hotkey: h.hotkey('alice-hot'), amountRao: 1_000_000_000n }
    expect(h.errorOf('alice', 'addStake', stake)).toBe('SubtokenDisabled')
    const before = h.subnet().alphaOut
    h.block()
    expect(h.subnet().alphaOut).toBe(before)
    expect(set('root', true)).toBe(null)
    h.block()
    expect(h.subnet().alphaOut).toBeGreaterThan(before)
    const next = h.subnet().nextEpochBlock ?? 0
    while (h.ledger.info().head.number < next - 3) h.block()
    expect(set('root', false)).toBe('AdminActionProhibitedDuringWeightsWindow')
    // Of a subnet that is not there it says nothing that lasts.
    expect(set('root', true, 7)).toBe(null)
    expect(h.ledger.query('subnet', { netuid: 7 })).toBe(null)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })
})

describe('setRecycledRao', () => {
  it('is root’s', () => {
    const h = founded()
    const set = (signer: string, netuid: number) =>
      h.errorOf(signer, 'setRecycledRao', { netuid, recycledRao: 5n })
    expect(set('alice', 1)).toBe('BadOrigin')
    expect(set('root', 7)).toBe('SubnetDoesNotExist')
    expect(set('root', 1)).toBe(null)
    expect(h.subnet().recycledRao).toBe(5n)
  })
})

describe('updateSymbol', () => {
  const update = (h: Harness, symbol: string, signer = 'alice', netuid = 1) =>
    h.errorOf(signer, 'updateSymbol', { netuid, symbol })
  const symbolOf = (h: Harness, netuid: number) => h.ledger.query('subnet', { netuid })?.symbol

  it('gives each subnet the symbol of its number, or the lowest that is free', () => {
    const h = founded({ config: { networkRateLimitBlocks: 0 } })
    expect([0, 1].map((netuid) => symbolOf(h, netuid))).toEqual(['Τ', 'α'])
    expect(update(h, 'β')).toBe(null)
    expect(h.last?.receipts[0]?.events).toEqual([{ name: 'SymbolUpdated', netuid: 1, data: { symbol: 'β' } }])
    expect(h.errorOf('bob', 'registerSubnet', { hotkey: h.hotkey('bob-hot') })).toBe(null)
    expect([1, 2].map((netuid) => symbolOf(h, netuid))).toEqual(['β', 'α'])
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('is the owner’s and root’s, in the order of its checks, without a clock', () => {
    const h = founded({ config: { networkRateLimitBlocks: 0, adminFreezeWindowBlocks: 1_000 } })
    expect(update(h, 'nothing', 'bob')).toBe('BadOrigin')
    expect(update(h, 'nothing', 'root', 7)).toBe('SubnetNotExists')
    expect(update(h, 'nothing')).toBe('SymbolDoesNotExist')
    // Root keeps its own.
    expect(update(h, 'Τ')).toBe('SymbolDoesNotExist')
    expect(h.call('alice', 'updateSymbol', { netuid: 1, symbol: 'α' }).refusal).toMatchObject({
      error: 'SymbolAlreadyInUse',
      data: { symbol: 'α', holder: 1 },
      detail: 'Subnet 1 has the symbol α.',
    })
    expect(update(h, 'ω')).toBe(null)
    expect(update(h, 'ψ', 'root')).toBe(null)
    expect(symbolOf(h, 1)).toBe('ψ')
  })

  it('is free again when the subnet ends', () => {
    const h = founded({ config: { networkRateLimitBlocks: 0 } })
    expect(h.errorOf('bob', 'registerSubnet', { hotkey: h.hotkey('bob-hot') })).toBe(null)
    expect(update(h, 'ω')).toBe(null)
    expect(h.errorOf('root', 'dissolveNetwork', { netuid: 1 })).toBe(null)
    expect(update(h, 'ω', 'bob', 2)).toBe(null)
    expect(h.errorOf('alice', 'registerSubnet', { hotkey: h.hotkey('alice-hot') })).toBe(null)
    expect(symbolOf(h, 1)).toBe('α')
  })
})

describe('placeOfNewSymbol', () => {
  it('is root’s only where no other is left', () => {
    const taken =
      (...places: number[]) =>
      (place: number) =>
        places.includes(place)
    expect(new Set(SUBNET_SYMBOLS).size).toBe(SUBNET_SYMBOLS.length)
    expect(placeOfNewSymbol(9, taken(0, 1))).toBe(9)
    expect(placeOfNewSymbol(9, taken(0, 1, 9))).toBe(2)
    expect(placeOfNewSymbol(SUBNET_SYMBOLS.length, taken(0))).toBe(1)
    expect(placeOfNewSymbol(9, () => true)).toBe(0)
  })
})

describe('setAlphaValues', () => {
  const set = (h: Harness, lowU16: number, highU16: number, signer = 'alice', netuid = 1) =>
    h.call(signer, 'setAlphaValues', { netuid, lowU16, highU16 }).refusal

  it('sets both at once, by one clock with each alone', () => {
    const h = founded({ hyperparameters: { liquidAlphaEnabled: true } })
    expect(set(h, 2_000, 3_000, 'bob')?.error).toBe('BadOrigin')
    // Neither could go there alone: the high one is below the low one.
    expect(set(h, 2_000, 3_000)).toBe(null)
    expect(h.subnet().hyperparameters).toMatchObject({ alphaLowU16: 2_000, alphaHighU16: 3_000 })
    expect(h.last?.receipts[0]?.events).toEqual(
      [
        ['alphaLowU16', 2_000],
        ['alphaHighU16', 3_000],
      ].map(([name, value]) => ({ name: 'HyperparameterSet', netuid: 1, data: { name, value } })),
    )
    expect(set(h, 2_000, 4_000)?.error).toBe('TxRateLimitExceeded')
    const alone = { netuid: 1, name: 'alphaHighU16', value: 4_000 } as const
    expect(h.errorOf('alice', 'setHyperparameter', alone)).toBe('TxRateLimitExceeded')
    expect(set(h, 2_000, 4_000, 'root')).toBe(null)
  })

  it('says which of them is out of its bounds, and what these are', () => {
    const h = founded({ hyperparameters: { liquidAlphaEnabled: true } })
    expect(set(h, 1_000, 1_637)).toMatchObject({
      error: 'AlphaHighTooLow',
      data: { name: 'alphaHighU16', value: 1_637, least: 1_638, most: 65_535 },
    })
    expect(set(h, 1_700, 1_650)).toMatchObject({
      error: 'AlphaLowOutOfRange',
      data: { name: 'alphaLowU16', value: 1_700, least: 1_638, most: 1_650 },
    })
    const off = founded()
    expect(set(off, 2_000, 3_000)).toMatchObject({
      error: 'LiquidAlphaDisabled',
      data: { name: 'alphaLowU16', value: 2_000 },
    })
  })
})
