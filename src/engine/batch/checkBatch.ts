import type { EpochInput, EpochParams, SparseRows } from '../../consensus/index.js'
import { checkEpochParams } from '../checkEpochParams.js'
import { assertKnown, checkEpochInput, hasEpochShape, refuse } from '../checks.js'
import type { EngineName } from '../engineInfo.js'
import { inSubnet } from '../inSubnet.js'
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
  /** Each subnet's input, and the index of its parameters. */
  readonly indexed: readonly { readonly input: EpochInput; readonly params: number }[]
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
  if (!Array.isArray(subnets)) refuse('subnets', subnets, 'Pass an array.')
  const params: EpochParams[] = []
  const indexOf = new Map<EpochParams, number>()
  // From the list, which visits holes too.
  const indexed = Array.from(subnets, (subnet: BatchSubnet, k) => {
    assertKnown(subnet, `subnets[${k}]`, SUBNET)
    const index = indexOf.get(subnet.params) ?? params.length
    if (index === params.length) {
      inSubnet(k, () => checkEpochParams(subnet.params))
      indexOf.set(subnet.params, index)
      params.push({ ...subnet.params })
    }
    return { input: subnet.input, params: index }
  })
  const { fallback, ...chosen } = chosenEngine(wanted)
  indexed.forEach(({ input }, k) => void checkShape(input, k))
  const shared = {
    ...chosen,
    count: subnets.length,
    places: new Float64Array(sharedMemory(8 * PLACE_LENGTH * subnets.length)),
    params,
    computed: new Uint8Array(sharedMemory(subnets.length)),
  }
  return { shared, fallback, indexed }
}

/** Checks what the layout in memory depends on. */
export function checkShape(input: EpochInput, k: number): void {
  if (hasEpochShape(input) && startsRight(input.weights) && startsRight(input.bonds)) return
  inSubnet(k, () => checkEpochInput(input))
}

const SUBNET = ['input', 'params']
const ENGINES: readonly unknown[] = ['auto', 'plain', 'wasm']

function startsRight({ rowStart, column }: SparseRows): boolean {
  let last = 0
  const isAscending = rowStart.every((start) => {
    const before = last
    last = start
    return start >= before
  })
  return isAscending && rowStart[0] === 0 && last === column.length
}

function chosenEngine(
  wanted: EpochBatchOptions['engine'] = 'auto',
): Pick<SharedBatch, 'engine' | 'module'> & { readonly fallback: string | null } {
  if (!ENGINES.includes(wanted)) refuse('options.engine', wanted, 'Pass auto, plain, wasm.')
  if (wanted === 'plain') return { engine: 'plain', module: null, fallback: null }
  try {
    return { engine: 'wasm', module: compiledModule(), fallback: null }
  } catch (error) {
    if (wanted === 'wasm' || !(error instanceof EngineUnavailableError)) throw error
    return { engine: 'plain', module: null, fallback: error.reason }
  }
}
