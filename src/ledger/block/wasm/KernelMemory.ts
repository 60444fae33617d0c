import { taoWeightBits } from '../../../emission/index.js'
import type { ChainConfig } from '../../config.js'
import type { AllSubnetRules, SubnetRules } from '../subnetRules.js'
import {
  type ColumnName,
  type KernelExports,
  type ListName,
  PARAMS,
  type ParamName,
  TABLES,
  type TableName,
} from './KernelExports.js'

/** What lies there by netuid: single columns, and tables as their bytes are written. */
export interface KernelColumns {
  readonly minerBurnedBits: BigUint64Array
  readonly burnRao: BigUint64Array
  readonly tables: { readonly [N in TableName]: Uint8Array }
}

/** Bytes before the entries of a column: their number. */
const LENGTH_BYTES = 8

/** The kernel's memory as typed arrays: columns by netuid, lists of subnets, and what is said of a block. */
export class KernelMemory {
  readonly #code: KernelExports
  /** Which entry each has. */
  readonly #params: { readonly [N in ParamName]: number }
  #paramValues = new BigUint64Array(0)
  #columns: KernelColumns | undefined
  #length = 0
  #rules: AllSubnetRules | undefined

  constructor(code: KernelExports) {
    this.#code = code
    this.#params = byName(PARAMS, (name) => code[name].value)
  }

  /**
   * Room for columns of `length` entries; what they held is void. What rules and settings say lies in the memory then.
   *
   * @param rules - of one chain, and so with one `config`.
   * @returns undefined where memory does not suffice.
   * PERF: nothing where rules and length are those of the last time, otherwise a look at each subnet.
   */
  columnsFor(rules: AllSubnetRules, config: ChainConfig, length: number): KernelColumns | undefined {
    if (this.#rules !== rules || this.#length !== length) {
      this.#columns = this.#placed(rules, length)
      this.#writeSettings(config)
    }
    return this.#columns
  }

  param(name: ParamName): bigint {
    return this.#paramValues[this.#params[name]] ?? 0n
  }

  setParam(name: ParamName, value: bigint): void {
    this.#paramValues[this.#params[name]] = value
  }

  /** Writes an entry for each row of a list, from the first on. */
  setList<T>(name: ListName, rows: readonly T[], entryOf: (row: T) => bigint): void {
    const values = this.#list(name, rows.length)
    for (const [at, row] of rows.entries()) values[at] = entryOf(row)
  }

  #placed(rules: AllSubnetRules, length: number): KernelColumns | undefined {
    const code = this.#code
    this.#rules = undefined
    if (code.place(length) === 0) return undefined
    this.#paramValues = new BigUint64Array(code.memory.buffer, code.PARAMS.value, PARAMS.length)
    this.#writeRules(rules)
    this.#rules = rules
    this.#length = length
    const { buffer } = code.memory
    const at = (name: ColumnName): number => code.column(code[name].value)
    return {
      minerBurnedBits: new BigUint64Array(buffer, at('MINER_BURNED'), length),
      burnRao: new BigUint64Array(buffer, at('BURN_RAO'), length),
      tables: byName(Object.keys(TABLES) as TableName[], (name) => {
        const [first, last] = TABLES[name]
        const start = at(first) - LENGTH_BYTES
        return new Uint8Array(buffer, start, at(last) + 8 * length - start)
      }),
    }
  }

  #writeSettings({
    taoWeightU64,
    subnetOwnerCutU16,
    existentialDepositRao,
    movingAlphaBits,
  }: ChainConfig): void {
    this.setParam('TAO_WEIGHT', taoWeightBits(taoWeightU64))
    this.setParam('OWNER_CUT', (BigInt(subnetOwnerCutU16) << 32n) / 65_535n)
    this.setParam('EXISTENTIAL_RAO', existentialDepositRao)
    this.setParam('MOVING_ALPHA', movingAlphaBits)
  }

  #writeRules({ emitting, root, subnets }: AllSubnetRules): void {
    this.setList('EMITTING', emitting, ({ netuid }) => BigInt(netuid))
    this.setList('FLAGS', emitting, (subnet) => this.#flagsOf(subnet))
    this.setList('FIRST_EMISSION_BLOCK', emitting, ({ firstEmissionBlock }) => BigInt(firstEmissionBlock))
    this.setList('HALVING_BLOCKS', emitting, ({ emaPriceHalvingBlocks }) => BigInt(emaPriceHalvingBlocks))
    const all = [root, ...subnets]
    this.setList('ALL_NETUIDS', all, ({ netuid }) => BigInt(netuid))
    this.setList('LEAST_BURN', all, ({ minBurnRao }) => minBurnRao)
    this.setList('MOST_BURN', all, ({ maxBurnRao }) => maxBurnRao)
    this.setList('BURN_DECAY', all, ({ burnDecayQ32 }) => burnDecayQ32)
  }

  #flagsOf({ isStable, hasTraded, emissionEnabled, ownerCutEnabled }: SubnetRules): bigint {
    const { IS_STABLE, HAS_TRADED, HAS_EMISSION, HAS_OWNER_CUT } = this.#code
    return (
      (isStable ? IS_STABLE.value : 0n) |
      (hasTraded ? HAS_TRADED.value : 0n) |
      (emissionEnabled ? HAS_EMISSION.value : 0n) |
      (ownerCutEnabled ? HAS_OWNER_CUT.value : 0n)
    )
  }

  #list(name: ListName, length: number): BigUint64Array {
    const { memory, list, [name]: index } = this.#code
    return new BigUint64Array(memory.buffer, list(index.value), length)
  }
}

function byName<N extends string, T>(
  names: readonly N[],
  entryOf: (name: N) => T,
): { readonly [Name in N]: T } {
  return Object.fromEntries(names.map((name) => [name, entryOf(name)])) as { [Name in N]: T }
}
