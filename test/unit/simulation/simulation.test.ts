import { describe, expect, test } from 'vitest'
import { referencePreset } from '../../../src/chain/index.js'
import { sha256Hex } from '../../../src/crypto/index.js'
import { equalPolicy } from '../../../src/emission/index.js'
import {
  arrowFrame,
  arrowHead,
  Simulation,
  type SimulationFrame,
  type SimulationOptions,
} from '../../../src/simulation/index.js'

/** Small enough for a second, with epochs, weights and trades in it. */
const small: SimulationOptions = {
  subnets: 3,
  validators: 3,
  miners: 5,
  tempoBlocks: 40,
  everyBlocks: 60,
  seed: 'small',
}

async function framesOf(simulation: Simulation, blocks: number): Promise<SimulationFrame[]> {
  const frames: SimulationFrame[] = []
  for await (const frame of simulation.run({ blocks })) frames.push(frame)
  return frames
}

const hashOf = (frames: readonly SimulationFrame[]): string =>
  sha256Hex(Buffer.concat([arrowHead(), ...frames.map(arrowFrame)]))

const sum = (values: BigUint64Array): bigint => values.reduce((all, value) => all + value, 0n)

describe('a simulation', () => {
  test('is the same to the last byte for the same options, and another for another seed', async () => {
    const runs = await Promise.all(
      [small, small, { ...small, seed: 'other' }].map(async (options) => {
        const simulation = await Simulation.start(options)
        const frames = await framesOf(simulation, 600)
        const { hash } = simulation.ledger.info().head
        return { frames: hashOf(frames), hash, snapshot: sha256Hex(simulation.snapshot()) }
      }),
    )
    expect(runs[1]).toEqual(runs[0])
    for (const part of ['frames', 'hash', 'snapshot'] as const)
      expect(runs[2]?.[part]).not.toBe(runs[0]?.[part])
  })

  test('gives a frame every so many blocks, whatever stretches it is run in', async () => {
    const simulation = await Simulation.start(small)
    const frames = [...(await framesOf(simulation, 100)), ...(await framesOf(simulation, 500))]
    expect(frames.map(({ block }) => block)).toEqual([60, 120, 180, 240, 300, 360, 420, 480, 540, 600])
    const whole = await framesOf(await Simulation.start(small), 600)
    expect(hashOf(frames)).toBe(hashOf(whole))
    expect(simulation.block).toBe(600)
  })

  test('goes on from a snapshot in the middle of an interval as if nothing had been', async () => {
    const first = await Simulation.start(small)
    const before = await framesOf(first, 250)
    const taken = Simulation.restore(first.snapshot())
    expect([taken.block, taken.plan]).toEqual([250, first.plan])
    const [after, uninterrupted] = [await framesOf(taken, 350), await framesOf(first, 350)]
    expect(hashOf(after)).toBe(hashOf(uninterrupted))
    expect(sha256Hex(taken.snapshot())).toBe(sha256Hex(first.snapshot()))
    expect(before.length + after.length).toBe(10)
  })

  test('goes on under the policy that it was started with, and under another where that is wanted', async () => {
    const bytes = (await Simulation.start(small)).snapshot()
    const other = { policy: equalPolicy }
    expect(() => Simulation.restore(bytes, other)).toThrow(/policyMayDiffer/)
    const { ledger } = Simulation.restore(bytes, { ...other, policyMayDiffer: true })
    expect(ledger.query('emissionShares', {}).policy).toBe('equal')
  })

  test('pays what its frames say, to the unit, and breaks no rule', async () => {
    const simulation = await Simulation.start(small)
    const issuedBefore = simulation.ledger.query('totals', {}).totalIssuanceRao
    const frames = await framesOf(simulation, 1_200)
    expect(simulation.ledger.query('invariants', {}).broken).toEqual([])
    const { totalIssuanceRao } = simulation.ledger.query('totals', {})
    // A TAO a block, but for what rounding leaves to nobody.
    expect(totalIssuanceRao - issuedBefore).toBeGreaterThan(1_199n * 10n ** 9n)
    expect(frames.at(-1)?.columns.totalIssuanceRao[0]).toBe(totalIssuanceRao)
    for (const { columns } of frames) {
      expect([...columns.refusedCalls]).toEqual([0, 0, 0])
      const shares = columns.emissionShare.reduce((all, share) => all + share, 0)
      expect(shares).toBeGreaterThan(0.999_999)
      expect(shares).toBeLessThanOrEqual(1)
      for (const [at, share] of columns.topMinerShare.entries()) {
        expect(share * Number(columns.minersAlpha[at])).toBeLessThanOrEqual(Number(columns.minersAlpha[at]))
      }
    }
    // The owner's part of an alpha, as spec/chain.md 3.6 works it out, for each of the 40 blocks of an epoch.
    for (const { columns } of frames) {
      for (const [at, epochs] of columns.epochs.entries())
        expect(columns.ownerAlpha[at]).toBe(179_995_422n * 40n * BigInt(epochs))
    }
    expect(frames.reduce((all, { columns }) => all + (columns.epochs[0] ?? 0), 0)).toBe(30)
    const last = frames.at(-1)!.columns
    expect([...last.paidMiners]).toEqual([5, 5, 5])
    expect([...last.paidValidators]).toEqual([3, 3, 3])
    expect([...last.subnetTaoRao]).toEqual(
      [1, 2, 3].map((netuid) => simulation.ledger.query('subnet', { netuid })?.subnetTaoRao),
    )
    const averages = [1, 2, 3].map((netuid) => simulation.ledger.query('subnet', { netuid })?.movingPriceBits)
    expect([...last.movingPrice]).toEqual(averages.map((bits) => Number(bits) / 2 ** 64))
    // It cannot have gone further than prices were.
    for (const average of last.movingPrice) expect(average).toBeLessThan(1)
    expect(frames.some(({ columns }) => sum(columns.boughtRao) > 0n)).toBe(true)
    expect(frames.some(({ columns }) => sum(columns.soldRao) > 0n)).toBe(true)
  })

  test('keeps every validator active, and so every miner paid, from the first epoch on', async () => {
    // Longer than validators may say nothing: 14 tempos of 40.
    const frames = await framesOf(await Simulation.start({ ...small, subnets: 5, everyBlocks: 82 }), 1_640)
    for (const { columns } of frames) {
      expect([...columns.paidValidators]).toEqual([3, 3, 3, 3, 3])
      expect([...columns.paidMiners]).toEqual([5, 5, 5, 5, 5])
    }
  })

  test('ends after a block when its signal says so, and can go on', async () => {
    const simulation = await Simulation.start(small)
    const stop = new AbortController()
    const frames: SimulationFrame[] = []
    await expect(
      (async () => {
        for await (const frame of simulation.run({ blocks: 600, signal: stop.signal })) {
          frames.push(frame)
          if (frame.block === 180) stop.abort()
        }
      })(),
    ).rejects.toMatchObject({ code: 'Aborted' })
    expect([frames.length, simulation.block]).toEqual([3, 180])
    frames.push(...(await framesOf(simulation, 420)))
    expect(hashOf(frames)).toBe(hashOf(await framesOf(await Simulation.start(small), 600)))
  })

  test('refuses a wrong stretch at the call, before a frame is asked for', async () => {
    const simulation = await Simulation.start(small)
    for (const stretch of [undefined, { blocks: -1 }, { blocks: 1, foo: 1 }, { blocks: 1, signal: 1 }]) {
      expect(() => simulation.run(stretch as never)).toThrow(
        expect.objectContaining({ code: 'InvalidArgument' }),
      )
    }
    expect(simulation.block).toBe(0)
  })

  test('runs once at a time: a second run is refused until the first has ended, however it does', async () => {
    const simulation = await Simulation.start(small)
    const busy = { name: 'SimulationBusyError', code: 'SimulationBusy' }
    const [first, second] = [simulation.run({ blocks: 300 }), simulation.run({ blocks: 300 })]
    // Both before a block is made, as in two tasks of one program.
    const [frame] = await Promise.all([first.next(), expect(second.next()).rejects.toMatchObject(busy)])
    const frames = [frame.value as SimulationFrame]
    await expect(simulation.run({ blocks: 60 }).next()).rejects.toMatchObject(busy)
    for await (const one of first) frames.push(one)
    expect(frames.map(({ block }) => block)).toEqual([60, 120, 180, 240, 300])
    for await (const one of simulation.run({ blocks: 300 })) {
      frames.push(one)
      // A loop that is left has ended its run.
      if (one.block === 360) break
    }
    const onProgress = (): void => {
      throw new Error('mine')
    }
    await expect(simulation.run({ blocks: 0, onProgress }).next()).rejects.toThrow('mine')
    frames.push(...(await framesOf(simulation, 240)))
    expect(hashOf(frames)).toBe(hashOf(await framesOf(await Simulation.start(small), 600)))
  })

  test('can be stopped while it is founded', async () => {
    await expect(Simulation.start(small, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'Aborted',
    })
  })

  test('tells how far it has come', async () => {
    const told: string[] = []
    const onProgress = ({ phase, done, of }: { phase: string; done: number; of: number }): void => {
      told.push(`${phase} ${done <= of} ${of}`)
    }
    const simulation = await Simulation.start({ ...small, tempoBlocks: 360 }, { onProgress })
    for await (const _ of simulation.run({ blocks: 3_000, onProgress }));
    expect(new Set(told).has('running true 3000')).toBe(true)
  })

  test('lets others have their turn', async () => {
    let turns = 0
    const timer = setInterval(() => {
      turns++
    }, 1)
    try {
      const simulation = await Simulation.start({ ...small, tempoBlocks: 360 })
      // However fast the machine is, so many blocks take longer than a slice.
      for await (const _ of simulation.run({ blocks: 400_000 })) if (turns > 0) break
    } finally {
      clearInterval(timer)
    }
    expect(turns).toBeGreaterThan(0)
  })

  test('follows the policy that it is given', async () => {
    const frames = await framesOf(await Simulation.start({ ...small, policy: equalPolicy }), 600)
    for (const { columns } of frames) {
      for (const share of columns.emissionShare) expect(share).toBeCloseTo(1 / 3, 6)
    }
  })

  test('lists every setting that is not the reference’s, each with a reason', async () => {
    const simulation = await Simulation.start({ ...small, hyperparameters: { kappaU16: 40_000 } })
    const { changes, ledger } = simulation
    const { hyperparameters, ...settings } = ledger.config
    const { hyperparameters: others, ...reference } = referencePreset.config
    const differing = Object.entries({ ...settings, ...hyperparameters }).flatMap(([name, value]) =>
      value === { ...reference, ...others }[name as never] || name === 'chainId' ? [] : [name],
    )
    expect(changes.map(({ name }) => name)).toEqual(differing)
    expect(changes.filter(({ why }) => why === null).map(({ name }) => name)).toEqual(['kappaU16'])
  })

  test('counts what the rules refuse instead of hiding it', async () => {
    const simulation = await Simulation.start({
      ...small,
      weightsEveryBlocks: 60,
      hyperparameters: { weightsSetRateLimitBlocks: 1_000 },
    })
    const frames = await framesOf(simulation, 240)
    // Three validators on three subnets: in block 0; then on one in every twentieth block from 60 to 240.
    const refusals = [{ callName: 'setWeights', error: 'SettingWeightsTooFast', count: 39 }]
    expect(simulation.refusals).toEqual(refusals)
    expect(Simulation.restore(simulation.snapshot()).refusals).toEqual(refusals)
    expect(frames.slice(1).map(({ columns }) => [...columns.refusedCalls])).toEqual([
      [3, 3, 3],
      [3, 3, 3],
      [3, 3, 3],
    ])
  })

  test.each([
    [{ miners: 250, validators: 8 }, 'miners', 'at most 247'],
    [{ hyperparameters: { tempoBlocks: 10 } }, 'hyperparameters.tempoBlocks', 'tempoBlocks beside'],
    [{ rootStakeRao: 20_000_000n * 10n ** 9n }, 'rootStakeRao', 'half of all TAO'],
    // 2,000,000 rao for each of eight.
    [{ rootStakeRao: 15_999_999n }, 'rootStakeRao', 'at least 16000000n, or 0n'],
    [{ rootStakeRao: 1n }, 'rootStakeRao', 'at least 16000000n, or 0n'],
    [{ hyperparameters: { maxAllowedUids: 40 } }, 'hyperparameters.maxAllowedUids', 'at least 41'],
    [{ miners: 100, hyperparameters: { maxAllowedUids: 64 } }, 'hyperparameters.maxAllowedUids', '109'],
    [{ hyperparameters: { minAllowedWeights: 33 } }, 'hyperparameters.minAllowedWeights', 'at most 32'],
    [{ preset: 'localnet', subnets: 1_024 }, 'subnets', '21 million'],
    [{ config: { testOriginAllowed: false } }, 'config.testOriginAllowed', 'Leave it out'],
    [{ config: { callOrder: 'signerNonce' } }, 'config.callOrder', 'Leave it out'],
    [{ subnet: 3 }, 'subnet', 'did you mean subnets?'],
    [{ subnets: 0 }, 'subnets', 'from 1 to 1024'],
  ])('refuses %o and says what to pass', async (options, field, remedy) => {
    await expect(Simulation.start(options as never)).rejects.toMatchObject({
      code: 'InvalidArgument',
      field,
      message: expect.stringContaining(remedy),
    })
  })

  test.each([
    ['half of all TAO on root, where a block makes half as much', { rootStakeRao: 10_500_000n * 10n ** 9n }],
    ['the least stake on root', { rootStakeRao: 6_000_000n }],
    ['nobody on root', { rootStakeRao: 0n }],
    ['as many places as it needs', { hyperparameters: { maxAllowedUids: 9 } }],
    ['rows that must name all miners', { hyperparameters: { minAllowedWeights: 5 } }],
  ])('is founded with %s, and pays all', async (_, options) => {
    const frames = await framesOf(await Simulation.start({ ...small, ...options }), 120)
    const { columns } = frames.at(-1)!
    expect([...columns.paidMiners]).toEqual([5, 5, 5])
    expect([...columns.refusedCalls]).toEqual([0, 0, 0])
  })

  test('cannot be founded where the settings forbid it', async () => {
    await expect(
      Simulation.start({ ...small, config: { networkRegistrationStartBlock: 1_000 } }),
    ).rejects.toMatchObject({ code: 'FoundingRefused', message: expect.stringContaining('registerSubnet') })
  })

  test('is taken up from nothing but its own snapshot', async () => {
    const bytes = (await Simulation.start(small)).snapshot()
    const broken = [
      new Uint8Array(0),
      bytes.subarray(0, -9),
      ...[40, 100, 200, 300, 1_000, bytes.length - 100].map((place) =>
        bytes.map((byte, at) => (at === place ? byte ^ 1 : byte)),
      ),
    ]
    for (const one of broken) {
      expect(() => Simulation.restore(one)).toThrow(expect.objectContaining({ code: 'Snapshot' }))
    }
  })
})
