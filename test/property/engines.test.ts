import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { type EpochOutput, runEpoch } from '../../src/consensus/index.js'
import { SeededRandom } from '../../src/math/index.js'
import { type Contender, compare, contenders } from './compareEngines.js'
import { largeNetwork } from './largeNetworks.js'
import { networkAt } from './networkAt.js'
import type { Network } from './randomNetworks.js'
import { shrinkNetwork } from './shrinkNetwork.js'

/** `SUBNETKIT_SEED` repeats a run; `SUBNETKIT_NETWORKS` and `npm run compare` make it longer. */
const seed = process.env.SUBNETKIT_SEED ?? `engines ${process.hrtime.bigint()}`
const networks = Number(process.env.SUBNETKIT_NETWORKS ?? 2_000)

describe(`random networks, engine against engine, seed "${seed}"`, () => {
  const parts = 10
  const tally = { byWasm: 0, byPlain: 0 }
  it.each(Array.from({ length: parts }, (_, part) => ({ part })))(
    `part $part of ${networks} networks gives the same bits on every path and in sessions`,
    ({ part }) => {
      for (let index = (part * networks) / parts; index < ((part + 1) * networks) / parts; index++) {
        const { mismatch, byWasm, byPlain } = compare(networkAt(seed, index), index)
        expect(mismatch, `network ${index}`).toBeNull()
        tally.byWasm += byWasm
        tally.byPlain += byPlain
      }
    },
    600_000,
  )

  afterAll(() => {
    // What is left to the plain engine is compared with itself. One large network more or less moves the ratio of a few hundred.
    expect(tally.byWasm).toBeGreaterThan(5 * tally.byPlain)
  })
})

describe('the comparison', () => {
  const honest = contenders[0]!
  /** An engine that gives another result where `spoil` says so. */
  const wrong = (spoil: (output: EpochOutput, network: Network) => EpochOutput): Contender => ({
    title: 'wrong',
    run: (network) => {
      const { output, byWasm } = honest.run(network)
      return { output: spoil(output, network), byWasm }
    },
  })
  const flipped = <T extends Uint16Array | BigInt64Array>(column: T): T => {
    const copy = column.slice() as T
    new Uint8Array(copy.buffer)[copy.byteLength - copy.BYTES_PER_ELEMENT]! ^= 1
    return copy
  }
  const network = largeNetwork(new SeededRandom('comparison'))

  it.each<[string, (output: EpochOutput) => EpochOutput]>([
    ['dividendsU16', (output) => ({ ...output, dividendsU16: flipped(output.dividendsU16) })],
    [
      'bonds.value',
      (output) => ({ ...output, bonds: { ...output.bonds, value: flipped(output.bonds.value) } }),
    ],
    [
      'raw.incentive',
      (output) => ({ ...output, raw: { ...output.raw, incentive: flipped(output.raw.incentive) } }),
    ],
    [
      'raw.bonds.raw',
      (output) => ({
        ...output,
        raw: { ...output.raw, bonds: { ...output.raw.bonds, raw: flipped(output.raw.bonds.raw) } },
      }),
    ],
  ])('catches one wrong bit in %s, and names it', (field, spoil) => {
    const { mismatch } = compare(network, 0, [honest, wrong(spoil)])
    expect(mismatch?.engine).toBe('wrong')
    expect(mismatch?.difference).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}\\[\\d+\\]: `))
  })

  it('catches an engine that throws', () => {
    const broken = wrong(() => {
      throw new RangeError('no result')
    })
    expect(compare(network, 0, [broken]).mismatch).toEqual({
      engine: 'wrong',
      difference: 'throws RangeError: no result',
    })
  })

  it('finds a small network that an engine gets wrong', () => {
    // Wrong wherever some bond is stored.
    const engine = wrong((output) =>
      output.bonds.column.length > 0 ? { ...output, incentiveU16: flipped(output.incentiveU16) } : output,
    )
    const fails = (candidate: Network): boolean => compare(candidate, 1, [engine]).mismatch !== null
    const { input, params } = shrinkNetwork(network, fails)
    expect(input.n).toBeLessThan(4)
    expect(input.weights.column.length + input.bonds.column.length).toBe(1)
    expect(runEpoch(input, params).bonds.column).toHaveLength(1)
  })
})

describe('npm run compare', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'subnetkit-compare-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(process.execPath, ['scripts/compareEngines.mjs', ...args], { cwd: root })

  it('compares the networks of a seed on threads, and records what came of it', async () => {
    const file = join(folder, 'comparisons.jsonl')
    const { stdout, stderr } = await run(
      '--networks',
      '200',
      '--seed',
      'a seed',
      '--workers',
      '2',
      '--record',
      file,
    )
    expect(stderr).toContain('seed "a seed", 200 networks, 2 threads')
    expect(readFileSync(file, 'utf8')).toBe(stdout)
    const tally = { wasm: 0, leftToPlain: 0 }
    for (let index = 0; index < 200; index++) {
      const { byWasm, byPlain } = compare(networkAt('a seed', index), index)
      tally.wasm += byWasm
      tally.leftToPlain += byPlain
    }
    expect(JSON.parse(stdout)).toMatchObject({
      seed: 'a seed',
      networks: 200,
      workers: 2,
      epochs: tally,
      mismatches: [],
    })
  }, 120_000)

  it('refuses what is no number', async () => {
    await expect(run('--networks', 'many')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--networks: pass a whole number from 1 to 2147418112\.\n/),
    })
  })
  it('says how it is used, and what it does not know', async () => {
    expect((await run('--help')).stdout).toContain('Usage: npm run compare')
    await expect(run('--netwoks', '5')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/'--netwoks'[\s\S]*Usage: npm run compare/),
    })
    await expect(run('twice')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("'twice'") })
  })
})
