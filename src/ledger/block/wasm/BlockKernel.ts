import type { BlockNumber, Rao } from '../../../units/index.js'
import type { ChainConfig } from '../../config.js'
import { blockToEdit, bytesOf } from '../../state/columnBlock.js'
import type { RecordOf } from '../../state/table.js'
import type { injections, pendings, prices, reserves, tallies } from '../../state/tables.js'
import type { AllSubnetRules } from '../subnetRules.js'
import type { KernelExports } from './KernelExports.js'
import { KernelMemory } from './KernelMemory.js'
import { startKernel } from './startKernel.js'

type Reserves = RecordOf<typeof reserves>
type Prices = RecordOf<typeof prices>

/** What emission reads and writes. */
export interface EmissionColumns {
  readonly reserves: Reserves
  readonly pendings: RecordOf<typeof pendings>
  readonly injections: RecordOf<typeof injections>
  /** Only read. */
  readonly prices: Prices
  readonly tallies: RecordOf<typeof tallies>
}

/** What a block has to share out, and what there is at stake. */
export interface EmissionTerms {
  readonly emissionRao: Rao
  readonly totalStakeRao: Rao
  /** TAO of each subnet that emits, raw U96F32; as the reference shares it where nobody says otherwise. */
  readonly sharesBits: readonly bigint[] | undefined
}

/** What subnets were given, and what there is at stake after it. */
export interface Emitted {
  readonly mintedRao: Rao
  readonly totalStakeRao: Rao
}

let shared: BlockKernel | null | undefined

/**
 * A block's work on all subnets at once, in WebAssembly: what `emission/` says of one subnet after the other, to the last unit. It leaves
 * amounts out of all proportion alone. One serves all ledgers of a thread: nothing of them stays in it but the rules that were
 * used last, and prices beside what they follow from.
 *
 * PERF: about a microsecond, and half of one for each subnet that emits.
 */
export class BlockKernel {
  readonly #code: KernelExports
  readonly #memory: KernelMemory

  constructor(code: KernelExports) {
    this.#code = code
    this.#memory = new KernelMemory(code)
  }

  /** The one that ledgers share; null where there is no WebAssembly. */
  static shared(): BlockKernel | null {
    if (shared === undefined) {
      const code = startKernel()
      shared = code && new BlockKernel(code)
    }
    return shared
  }

  /** Shares out what a block has. @returns null where it leaves that alone, and no column has changed. */
  emit(
    rules: AllSubnetRules,
    config: ChainConfig,
    { reserves, pendings, injections, prices, tallies }: EmissionColumns,
    { emissionRao, totalStakeRao, sharesBits }: EmissionTerms,
  ): Emitted | null {
    const memory = this.#memory
    const columns = memory.columnsFor(rules, config, reserves.alphaIn.length)
    if (columns === undefined) return null
    memory.setParam('EMISSION_RAO', emissionRao)
    memory.setParam('TOTAL_STAKE_RAO', totalStakeRao)
    memory.setParam('ROOT_TAO_RAO', reserves.subnetTaoRao[0] ?? 0n)
    const { tables } = columns
    tables.reserves.set(bytesOf(reserves))
    tables.pendings.set(bytesOf(pendings))
    tables.injections.set(bytesOf(injections))
    tables.prices.set(bytesOf(prices))
    columns.minerBurnedBits.set(tallies.minerBurnedBits)
    if (sharesBits !== undefined) memory.setList('TAO_BITS', sharesBits, (bits) => bits)
    if (this.#code.emit(rules.emitting.length, sharesBits === undefined ? 0 : 1) === 0) return null
    blockToEdit(reserves).set(tables.reserves)
    blockToEdit(pendings).set(tables.pendings)
    blockToEdit(injections).set(tables.injections)
    return { mintedRao: memory.param('MINTED_RAO'), totalStakeRao: memory.param('TOTAL_STAKE_RAO') }
  }

  /** Moves the price averages and notes root's proportions. @returns false where it leaves that alone, and no column has changed. */
  movePrices(
    rules: AllSubnetRules,
    config: ChainConfig,
    block: BlockNumber,
    reserves: Reserves,
    prices: Prices,
  ): boolean {
    const memory = this.#memory
    const columns = memory.columnsFor(rules, config, reserves.alphaIn.length)
    if (columns === undefined) return false
    memory.setParam('ROOT_TAO_RAO', reserves.subnetTaoRao[0] ?? 0n)
    memory.setParam('BLOCK', BigInt(block))
    const { tables } = columns
    tables.reserves.set(bytesOf(reserves))
    tables.prices.set(bytesOf(prices))
    if (this.#code.movePrices(rules.emitting.length) === 0) return false
    blockToEdit(prices).set(tables.prices)
    return true
  }

  /**
   * Makes registration cheaper on all subnets.
   *
   * @returns the prices, good until the next use; null where none has changed, undefined where it leaves that alone.
   */
  decayedBurns(
    rules: AllSubnetRules,
    config: ChainConfig,
    block: BlockNumber,
    burnRao: BigUint64Array,
  ): BigUint64Array | null | undefined {
    const columns = this.#memory.columnsFor(rules, config, burnRao.length)
    if (columns === undefined) return undefined
    columns.burnRao.set(burnRao)
    return this.#code.decayBurns(rules.subnets.length + 1, block > 1 ? 1 : 0) === 0 ? null : columns.burnRao
  }

  /** `powRatioE18`, for tests: a up to b, both below 2^60, c and d from 10^16 on and together 10^18. */
  powRatioE18(a: bigint, b: bigint, c: bigint, d: bigint): bigint {
    return this.#code.powRatioE18(a, b, c, d)
  }
}
