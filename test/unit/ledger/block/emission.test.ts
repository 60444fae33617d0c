import { describe, expect, it } from 'vitest'
import { localnetPreset } from '../../../../src/chain/index.js'
import type { EpochFunction, EpochInput, EpochOutput } from '../../../../src/consensus/index.js'
import { emptySparseRows } from '../../../../src/consensus/index.js'
import type { EmissionPolicy } from '../../../../src/emission/index.js'
import {
  type ChainSettings,
  type FinalizedBlock,
  type Hyperparameters,
  Ledger,
  type LedgerEvent,
  signCall,
} from '../../../../src/ledger/index.js'
import { asHotkey, RAO_PER_TAO } from '../../../../src/units/index.js'
import { eventsOf } from '../../../support/events.js'
import { Harness, keyOf, REFERENCE_LOCK, signedNow } from '../harness.js'

const TAO = RAO_PER_TAO

/** An epoch that gives fixed shares (per mille of the emission) and remembers what it was asked. */
function fixedEpoch(serverMille: readonly number[], validatorMille: readonly number[]) {
  const asked: EpochInput[] = []
  const run: EpochFunction = (input): EpochOutput => {
    asked.push(input)
    const part = (mille: readonly number[]) =>
      BigUint64Array.from(
        { length: input.n },
        (_, uid) => (input.emissionRao * BigInt(mille[uid] ?? 0)) / 1000n,
      )
    const u16 = () => new Uint16Array(input.n)
    return {
      active: new Uint8Array(input.n).fill(1),
      validatorPermit: new Uint8Array(input.n).fill(1),
      stakeRao: input.alphaStakeRao,
      stakeWeightU16: u16(),
      consensusU16: u16(),
      incentiveU16: u16(),
      dividendsU16: u16(),
      validatorTrustU16: u16(),
      serverEmissionRao: part(serverMille),
      validatorEmissionRao: part(validatorMille),
      combinedEmissionRao: new BigUint64Array(input.n),
      bonds: emptySparseRows(input.n),
      raw: undefined as never,
    }
  }
  return { run, asked }
}

class Paid {
  readonly ledger: Ledger
  readonly #nonces = new Map<string, number>()

  /** Subnet 1 of `owner` with hotkeys owner-hot (0), v (1, staked) and m (2) of `bob`; epochs every 5 blocks. */
  constructor(
    epoch: EpochFunction,
    hyperparameters: Partial<Hyperparameters> = {},
    settings: Partial<ChainSettings> = {},
  ) {
    const { config } = localnetPreset({
      config: { ...REFERENCE_LOCK, ...settings },
      hyperparameters: { tempoBlocks: 5, ...hyperparameters },
    })
    this.ledger = new Ledger(
      {
        config,
        endowments: ['owner', 'bob'].map((name) => ({
          address: keyOf(name).address,
          balanceRao: 5_000n * TAO,
        })),
      },
      { runEpoch: epoch },
    )
    this.call('owner', 'registerSubnet', { hotkey: this.hot('owner-hot') })
    for (const name of ['v', 'm'])
      this.call('bob', 'registerNeuron', { netuid: 1, hotkey: this.hot(name), limitRao: null })
    this.call('owner', 'startSubnet', { netuid: 1 })
    this.call('bob', 'addStake', { netuid: 1, hotkey: this.hot('v'), amountRao: 100n * TAO })
  }

  hot(name: string) {
    return asHotkey(keyOf(name).address)
  }

  call(signer: string, name: string, args: object): FinalizedBlock {
    const nonce = this.#nonces.get(signer) ?? 0
    this.#nonces.set(signer, nonce + 1)
    const call = { ...signedNow(this.ledger), nonce, name, args }
    return this.block(signCall(keyOf(signer), call as never))
  }

  block(...calls: Uint8Array[]): FinalizedBlock {
    const made = this.ledger.finalizeBlock(calls)
    this.ledger.commit()
    expect(made.receipts.filter(({ refusal }) => refusal !== null)).toEqual([])
    expect(this.ledger.query('invariants', {}).broken).toEqual([])
    return made
  }

  /** Makes blocks up to the next epoch; its events. */
  epoch(): readonly LedgerEvent[] {
    for (;;) {
      const { events } = this.block()
      if (events.some(({ name }) => name === 'EpochRan')) return events
    }
  }

  subnet() {
    return this.ledger.query('subnet', { netuid: 1 })!
  }
}

const payments = (events: readonly LedgerEvent[]) =>
  eventsOf(events, 'EmissionPaid').map(({ data }) => [data.kind, data.uid, data.amountAlpha] as const)

describe('emission', () => {
  it('divides a block of 1 TAO as the worked example of the chain does', () => {
    const h = new Harness({ hyperparameters: { tempoBlocks: 50 } })
    h.startSubnet()
    const before = h.ledger.query('totals', {}).totalIssuanceRao
    h.block()
    // 179,995,422 for the owner, 410,002,288 each for servers and validators, 2 that nobody owns. There is no average price yet, and no TAO.
    expect(h.subnet()).toMatchObject({
      pendingAlpha: 999_999_998n,
      alphaOut: TAO,
      subnetTaoRao: 1_000n * TAO,
      protocolAlpha: 0n,
    })
    expect(h.ledger.query('unownedAlpha', { netuid: 1 })?.unownedAlpha).toBe(2n)
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(before)
    h.block()
    // Nobody has TAO on root: the pool takes none in, and all of it buys 1000 x (1 - 1000/1001) alpha for nobody.
    expect(h.subnet()).toMatchObject({
      pendingAlpha: 2n * 999_999_998n,
      alphaIn: 1_000n * TAO - 999_000_999n,
      alphaOut: 2n * TAO + 999_000_999n,
      protocolAlpha: 999_000_999n,
      subnetTaoRao: 1_001n * TAO,
    })
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(before + TAO)
  })

  it('shares by average price among emitting subnets and never issues the remainder, nor anything without subnets', () => {
    const h = new Harness({ hyperparameters: { tempoBlocks: 500 }, endowedTao: { alice: 100_000 } })
    h.blocks(3)
    const start = h.ledger.query('totals', {}).totalIssuanceRao
    expect(start).toBe(100_000n * TAO)
    for (const name of ['h1', 'h2', 'h3']) h.call('alice', 'registerSubnet', { hotkey: h.hotkey(name) })
    h.block(...[1, 2, 3].map((netuid) => h.sign('alice', 'startSubnet', { netuid })))
    h.block()
    // Of one price and started at once, the three have one average.
    const before = h.ledger.query('totals', {}).totalIssuanceRao
    h.block()
    expect(h.ledger.query('totals', {}).totalIssuanceRao - before).toBe(999_999_999n)
    expect(h.ledger.query('invariants', {}).broken).toEqual([])
  })

  it('shares as the policy says, which sees what the ledger keeps of each subnet', () => {
    const seen: { netuid: number[]; alphaOut: bigint[]; priceBits: bigint[]; movingPriceBits: bigint[] }[] =
      []
    const allToTheLast: EmissionPolicy = {
      name: 'all to the last',
      split(emissionBits, { netuid, alphaOut, priceBits, movingPriceBits }) {
        seen.push({
          netuid: [...netuid],
          alphaOut: [...alphaOut],
          priceBits: [...priceBits],
          movingPriceBits: [...movingPriceBits],
        })
        return netuid.map((_, at) => (at === netuid.length - 1 ? emissionBits : 0n))
      },
    }
    const { config } = localnetPreset({ config: REFERENCE_LOCK, hyperparameters: { tempoBlocks: 500 } })
    const endowments = [{ address: keyOf('owner').address, balanceRao: 50_000n * TAO }]
    const ledger = new Ledger(
      { config, endowments },
      { runEpoch: fixedEpoch([], []).run, policy: allToTheLast },
    )
    let nonce = 0
    const call = (name: string, args: object): void => {
      const { receipts } = ledger.finalizeBlock([
        signCall(keyOf('owner'), { ...signedNow(ledger), nonce: nonce++, name, args } as never),
      ])
      ledger.commit()
      expect(receipts.map(({ refusal }) => refusal)).toEqual([null])
    }
    for (const hotkey of ['h1', 'h2']) call('registerSubnet', { hotkey: keyOf(hotkey).address })
    for (const netuid of [1, 2]) call('startSubnet', { netuid })
    call('addStake', { netuid: 1, hotkey: keyOf('h1').address, amountRao: 3n * TAO })
    const before = [1, 2].map((netuid) => ledger.query('subnet', { netuid })!)
    ledger.finalizeBlock([])
    ledger.commit()
    const after = [1, 2].map((netuid) => ledger.query('subnet', { netuid })!)
    const [first] = seen.at(-1)!.alphaOut
    expect(seen.at(-1)).toMatchObject({
      netuid: [1, 2],
      alphaOut: before.map(({ alphaOut }) => alphaOut),
      movingPriceBits: before.map(({ movingPriceBits }) => movingPriceBits),
    })
    expect(first).toBeGreaterThan(0n)
    expect(after.map(({ subnetTaoRao }, at) => subnetTaoRao - before[at]!.subnetTaoRao)).toEqual([0n, TAO])
    expect(ledger.query('invariants', {}).broken).toEqual([])
  })

  it('gives alpha and no TAO under the reference preset: only root may allow it', () => {
    const h = new Harness({ preset: 'reference', endowedTao: { alice: 5_000 } })
    h.startSubnet()
    h.blocks(5)
    expect(h.subnet()).toMatchObject({
      emissionEnabled: false,
      alphaOut: 5n * TAO,
      pendingAlpha: 5n * 999_999_998n,
      subnetTaoRao: 1_000n * TAO,
    })
    expect(h.ledger.query('totals', {}).totalIssuanceRao).toBe(5_000n * TAO)
  })

  it('halves with the issuance, and each subnet’s alpha with its own', () => {
    const h = new Harness({ endowedTao: { alice: 10_500_000 } })
    expect(h.ledger.query('totals', {}).blockEmissionRao).toBe(500_000_000n)
    h.startSubnet()
    h.block()
    const before = h.ledger.query('totals', {}).totalIssuanceRao
    h.block()
    expect(h.ledger.query('totals', {}).totalIssuanceRao - before).toBe(500_000_000n)
    expect(h.subnet().pendingAlpha).toBe(2n * 999_999_998n)
  })
})

describe('an epoch', () => {
  /** What an epoch of five blocks gives: 2 of each 10^9 stay over, and 1 where take and rest of the dividend are floored. */
  const OVER = 5n * 2n + 1n
  const unowned = (world: Paid) => world.ledger.query('unownedAlpha', { netuid: 1 })!.unownedAlpha!

  it('pays owner cut, incentive, take and dividend, to the last unit', () => {
    const { run, asked } = fixedEpoch([0, 0, 500], [0, 500, 0])
    const world = new Paid(run)
    world.epoch()
    const before = unowned(world)
    const events = world.epoch()
    // Five blocks of (179995422, 410002288, 410002288): the epoch gets 10 x 410002288.
    expect(asked.at(-1)!.emissionRao).toBe(4_100_022_880n)
    const potAlpha = 2_050_011_440n
    const takeAlpha = (potAlpha * 11_796n) / 65_535n
    expect(payments(events)).toEqual([
      ['ownerCut', 0, 899_977_110n],
      ['incentive', 2, potAlpha],
      ['take', 1, takeAlpha],
      ['dividend', 1, potAlpha - takeAlpha - 1n],
    ])
    expect(unowned(world) - before).toBe(OVER)
    const stake = world.ledger.query('stake', {
      netuid: 1,
      hotkey: world.hot('m'),
      coldkey: keyOf('bob').address as never,
    })
    expect(stake.hotkeyAlpha).toBeGreaterThanOrEqual(potAlpha)
  })

  it.each([
    [false, { burnedAlpha: 2_050_011_440n, recycledAlpha: 0n }],
    [true, { burnedAlpha: 0n, recycledAlpha: 2_050_011_440n }],
  ])('withholds what the owner’s own miner earns (recycled: %s)', (ownerIncentiveIsRecycled, withheld) => {
    const { run } = fixedEpoch([500, 0, 0], [0, 500, 0])
    const world = new Paid(run, { ownerIncentiveIsRecycled })
    world.epoch()
    const before = unowned(world)
    const events = world.epoch()
    expect(payments(events).map(([kind]) => kind)).toEqual(['ownerCut', 'take', 'dividend'])
    expect(eventsOf(events, 'MinerBurned').map(({ data }) => data)).toEqual([
      { ...withheld, shareBits: 1n << 32n },
    ])
    // Burned alpha is still there and nobody's; recycled alpha is not.
    expect(unowned(world) - before).toBe(OVER + withheld.burnedAlpha)
    expect(world.subnet().minerBurnedBits).toBe(1n << 32n)
  })

  it('gives the servers’ part to validators when nobody earned incentive', () => {
    const { run } = fixedEpoch([], [0, 1000, 0])
    const world = new Paid(run)
    world.epoch()
    const total = payments(world.epoch())
      .filter(([kind]) => kind !== 'ownerCut')
      .reduce((sum, [, , amount]) => sum + amount, 0n)
    expect(4_100_022_880n - total).toBe(1n)
  })

  it('leaves what nobody earned to nobody', () => {
    const { run } = fixedEpoch([], [])
    const world = new Paid(run)
    world.epoch()
    const before = unowned(world)
    expect(payments(world.epoch()).map(([kind]) => kind)).toEqual(['ownerCut'])
    expect(unowned(world) - before).toBe(5n * 2n + 4_100_022_880n)
  })

  it('pays incentives as they were rounded and the validators in full, also where that is more than there was', () => {
    const { run } = fixedEpoch([0, 0, 501], [0, 499, 0])
    const world = new Paid(run)
    world.epoch()
    const before = unowned(world)
    const incentiveAlpha = (4_100_022_880n * 501n) / 1000n
    const paid = payments(world.epoch())
    expect(paid[1]).toEqual(['incentive', 2, incentiveAlpha])
    expect(unowned(world) - before).toBe(OVER - (incentiveAlpha - 2_050_011_440n))
    expect(unowned(world) - before).toBeLessThan(0n)
  })

  it('adds a dividend without stakers to the total, which is the next staker’s', () => {
    const { run } = fixedEpoch([], [0, 0, 1000])
    const world = new Paid(run, {}, { defaultTakeU16: 0 })
    world.epoch()
    const position = { netuid: 1, hotkey: world.hot('m'), coldkey: keyOf('bob').address as never }
    const before = world.ledger.query('stake', position)
    expect(before.positionAlpha).toBe(0n)
    expect(before.hotkeyAlpha).toBeGreaterThan(0n)
    world.call('bob', 'addStake', { netuid: 1, hotkey: world.hot('m'), amountRao: TAO })
    const after = world.ledger.query('stake', position)
    expect(after.hotkeyAlpha).toBeGreaterThan(before.hotkeyAlpha)
    expect(after.positionAlpha).toBe(after.hotkeyAlpha)
  })

  it('waits for the next block beyond the limit per block', () => {
    const h = new Harness({
      config: { maxEpochsPerBlock: 1 },
      hyperparameters: { tempoBlocks: 4 },
      endowedTao: { alice: 50_000 },
    })
    for (const name of ['h1', 'h2']) h.call('alice', 'registerSubnet', { hotkey: h.hotkey(name) })
    const seen = h
      .blocks(12)
      .map(({ events }) =>
        events.filter(({ name }) => name.startsWith('Epoch')).map(({ name, netuid }) => `${name} ${netuid}`),
      )
    expect(seen.flat()).toContain('EpochRan 1')
    expect(seen.flat()).toContain('EpochRan 2')
    expect(seen.flat()).toContain('EpochDeferred 2')
    for (const names of seen)
      expect(names.filter((name) => name.startsWith('EpochRan')).length).toBeLessThanOrEqual(1)
  })

  it('refuses a policy that hands out more than there is, and stays usable', () => {
    const greedy: EmissionPolicy = {
      name: 'greedy',
      split: (emissionBits, { netuid }) => netuid.map(() => emissionBits * 2n),
    }
    const { run } = fixedEpoch([], [])
    const { config } = localnetPreset({ config: REFERENCE_LOCK })
    const ledger = new Ledger(
      { config, endowments: [{ address: keyOf('owner').address, balanceRao: 5_000n * TAO }] },
      { runEpoch: run, policy: greedy },
    )
    const sign = (nonce: number, name: string, args: object) =>
      signCall(keyOf('owner'), { ...signedNow(ledger), nonce, name, args } as never)
    for (const call of [
      sign(0, 'registerSubnet', { hotkey: keyOf('h').address }),
      sign(1, 'startSubnet', { netuid: 1 }),
    ]) {
      ledger.finalizeBlock([call])
      ledger.commit()
    }
    expect(() => ledger.finalizeBlock([])).toThrow('policy greedy')
    expect(ledger.query('invariants', {}).broken).toEqual([])
    expect(ledger.info().head.number).toBe(2)
  })
})
