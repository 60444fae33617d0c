import type { EpochInput, EpochParams, SparseRows } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { assertKnown, checkEpochInput, checkEpochParams, hasEpochShape } from '../checks.js'
import type { EngineName } from '../engineInfo.js'
import { errorOfSubnet } from '../errorOfSubnet.js'
import { EngineUnavailableError } from '../wasm/EngineUnavailableError.js'
import { compiledModule } from '../wasm/loadModule.js'
import { PLACE_LENGTH } from './places.js'
import { type SharedBatch, sharedMemory } from './sharedBatch.js'

/** One subnet of a batch. The same parameters object may serve many. */
export interface BatchSubnet {
  readonly input: EpochInput
  readonly params: EpochParams
}

/** How a batch is laid out and computed. */
export interface EpochBatchOptions {
  /** `auto` (the default) takes WebAssembly where it can be used. */
  readonly engine?: 'auto' | EngineName
  /** Most memory that inputs and results may take together; 4 GiB unless given. */
  readonly maxBytes?: number
}

/** A batch as threads see it, without the memory of its subnets. */
export interface CheckedBatch {
  readonly shared: Omit<SharedBatch, 'segments'>
  readonly fallback: string | null
  /** Index of the parameters of each subnet. */
  readonly paramsOf: readonly number[]
}

/**
 * Checks parameters, types, lengths and the rows' starts; what the columns hold is checked by whoever computes.
 *
 * @throws InvalidArgumentError naming the subnet and the field.
 * @throws EngineUnavailableError when `engine` is `wasm` and it cannot be used here.
 */
export function checkBatch(
  subnets: readonly BatchSubnet[],
  wanted: EpochBatchOptions['engine'],
): CheckedBatch {
  const indexOf = checkedParams(subnets)
  const { fallback, ...chosen } = chosenEngine(wanted)
  subnets.forEach(({ input }, k) => void checkShape(input, k))
  const shared = {
    ...chosen,
    count: subnets.length,
    places: new Float64Array(sharedMemory(8 * PLACE_LENGTH * subnets.length)),
    params: [...indexOf.keys()].map((one) => ({ ...one })),
    computed: new Uint8Array(sharedMemory(subnets.length)),
  }
  return { shared, fallback, paramsOf: subnets.map(({ params }) => indexOf.get(params)!) }
}

/** Checks what the layout in memory depends on. */
export function checkShape(input: EpochInput, k: number): void {
  if (hasEpochShape(input) && startsRight(input.weights) && startsRight(input.bonds)) return
  try {
    checkEpochInput(input)
  } catch (error) {
    throw errorOfSubnet(error, k)
  }
}

const SUBNET = ['input', 'params']

/** Index of each set of parameters, checked once each. */
function checkedParams(subnets: readonly BatchSubnet[]): Map<EpochParams, number> {
  const indexOf = new Map<EpochParams, number>()
  if (!Array.isArray(subnets)) {
    throw new InvalidArgumentError({ field: 'subnets', value: subnets, remedy: 'Pass an array.' })
  }
  subnets.forEach((subnet, k) => {
    assertKnown(subnet, `subnets[${k}]`, SUBNET)
    const { params } = subnet
    if (indexOf.has(params)) return
    try {
      checkEpochParams(params)
    } catch (error) {
      throw errorOfSubnet(error, k)
    }
    indexOf.set(params, indexOf.size)
  })
  return indexOf
}

function startsRight({ rowStart, column }: SparseRows): boolean {
  let last = 0
  for (let i = 0; i < rowStart.length; i++) {
    if (rowStart[i]! < last) return false
    last = rowStart[i]!
  }
  return rowStart[0] === 0 && last === column.length
}

function chosenEngine(
  wanted: EpochBatchOptions['engine'] = 'auto',
): Pick<SharedBatch, 'engine' | 'module'> & { readonly fallback: string | null } {
  if (!['auto', 'plain', 'wasm'].includes(wanted)) {
    throw new InvalidArgumentError({
      field: 'options.engine',
      value: wanted,
      remedy: 'Pass auto, plain, wasm.',
    })
  }
  if (wanted === 'plain') return { engine: 'plain', module: null, fallback: null }
  try {
    return { engine: 'wasm', module: compiledModule(), fallback: null }
  } catch (error) {
    if (wanted === 'wasm' || !(error instanceof EngineUnavailableError)) throw error
    return { engine: 'plain', module: null, fallback: error.reason }
  }
}
