import type { GpuBufferLike, GpuDevice, GpuStep } from '../../compute/index.js'
import { ONE_RAW } from '../../math/index.js'
import { itemAt } from '../itemAt.js'
import { type DenseBonds, type GpuEpochOutput, storedRows } from './GpuEpochOutput.js'
import type { MeasuredSubnet } from './measureSubnet.js'
import { type PackedChunk, packChunk, tileCount } from './packChunk.js'
import { columnsShader } from './shaders/columns.js'
import { ROW_SUM_WORDS, TOTAL_WORDS } from './shaders/common.js'
import { rowsShader } from './shaders/rows.js'
import { dividendsShader, incentiveShader } from './shaders/shares.js'

/** Results of a chunk, in the order of its subnets. */
export interface ChunkRun {
  readonly outputs: GpuEpochOutput[]
  /** Time of the four steps on the device's clock; `null` where it has none. */
  readonly deviceUs: number | null
}

/** Device memory of a chunk. */
interface ChunkBuffers {
  readonly subnets: GpuBufferLike
  readonly columnTiles: GpuBufferLike
  readonly rowTiles: GpuBufferLike
  readonly rows: GpuBufferLike
  readonly columns: GpuBufferLike
  readonly weights: GpuBufferLike
  readonly bonds: GpuBufferLike
  readonly entries: GpuBufferLike
  readonly rowSums: GpuBufferLike
  readonly totals: GpuBufferLike
  readonly servers: GpuBufferLike
  readonly validators: GpuBufferLike
}

/** Computes one epoch of subnets that have the same rules, rows each, and fit the device together. */
export async function computeChunk(device: GpuDevice, subnets: readonly MeasuredSubnet[]): Promise<ChunkRun> {
  const chunk = packChunk(subnets)
  const made: GpuBufferLike[] = []
  try {
    const buffers = buffersOf(device, chunk, made)
    const steps = stepsOf(subnets, chunk, buffers)
    const { servers, validators, bonds, totals } = buffers
    const { results, deviceUs } = await device.runTimed(steps, [servers, validators, bonds, totals])
    return { outputs: subnets.map((subnet, k) => outputOf(subnet, chunk, k, results)), deviceUs }
  } finally {
    for (const buffer of made) buffer.destroy()
  }
}

/** @param made - every buffer that came about, also when one does not. */
function buffersOf(device: GpuDevice, chunk: PackedChunk, made: GpuBufferLike[]): ChunkBuffers {
  const keep = (buffer: GpuBufferLike): GpuBufferLike => {
    made.push(buffer)
    return buffer
  }
  const { sizes } = chunk
  return {
    subnets: keep(device.upload(chunk.subnets)),
    columnTiles: keep(device.upload(chunk.columnTiles)),
    rowTiles: keep(device.upload(chunk.rowTiles)),
    rows: keep(device.upload(chunk.rows)),
    columns: keep(device.upload(chunk.columns)),
    weights: keep(device.upload(chunk.weights)),
    bonds: keep(device.upload(chunk.bonds)),
    entries: keep(device.upload(chunk.entries)),
    rowSums: keep(device.empty(4 * ROW_SUM_WORDS * sizes.rows)),
    totals: keep(device.empty(4 * TOTAL_WORDS * chunk.places.length)),
    servers: keep(device.empty(8 * sizes.columns)),
    validators: keep(device.empty(8 * sizes.rows)),
  }
}

/** The epoch: columns, shares of what they sum to, rows, shares of what those sum to. */
function stepsOf(subnets: readonly MeasuredSubnet[], chunk: PackedChunk, b: ChunkBuffers): GpuStep[] {
  const { variant } = itemAt(subnets, 0)
  const entries = variant.rules === 'liquid' ? [b.entries] : []
  const { groups } = chunk
  const columnTiles = tileCount(chunk.columnTiles)
  return [
    {
      shader: columnsShader(variant, groups),
      buffers: [b.subnets, b.columnTiles, b.rows, b.columns, b.weights, b.bonds, b.totals, ...entries],
      workgroups: columnTiles,
    },
    {
      shader: incentiveShader(groups),
      buffers: [b.subnets, b.columnTiles, b.totals, b.columns, b.servers],
      workgroups: columnTiles,
    },
    {
      shader: rowsShader(variant),
      buffers: [b.subnets, b.rowTiles, b.rows, b.columns, b.weights, b.bonds, b.rowSums, ...entries],
      workgroups: tileCount(chunk.rowTiles),
    },
    {
      shader: dividendsShader(variant, groups),
      buffers: [b.subnets, b.rowSums, b.validators, ...(variant.rules === 'yuma2' ? [] : [b.rows])],
      workgroups: subnets.length,
    },
  ]
}

function outputOf(
  { input, neurons, uids, rowWords }: MeasuredSubnet,
  chunk: PackedChunk,
  k: number,
  results: readonly ArrayBuffer[],
): GpuEpochOutput {
  const { n } = input
  const { wordStart, rowStart, columnStart } = itemAt(chunk.places, k)
  const servers = sharesIn(itemAt(results, 0), columnStart, n)
  const validators = sharesIn(itemAt(results, 1), rowStart, uids.length)
  const values = new Uint16Array(itemAt(results, 2), 4 * wordStart, 2 * rowWords * uids.length)
  const dividends = new Float32Array(n)
  const validatorTrust = new Float32Array(n)
  uids.forEach((uid, r) => {
    dividends[uid] = validators.first[r] ?? 0
    validatorTrust[uid] = validators.second[r] ?? 0
  })
  return outputWith({ n, uids, values }, neurons.validatorPermit, {
    consensus: servers.first,
    incentive: servers.second,
    dividends,
    validatorTrust,
    active: neurons.active,
    validatorPermit: neurons.validatorPermit,
    info: { engine: 'gpu', closeCalls: itemAt(new Uint32Array(itemAt(results, 3)), TOTAL_WORDS * k + 2) },
  })
}

/** Pairs of raw shares, as f32. */
function sharesIn(
  buffer: ArrayBuffer,
  start: number,
  length: number,
): { first: Float32Array; second: Float32Array } {
  const shares = Float32Array.from(new Uint32Array(buffer, 8 * start, 2 * length), (raw) => raw / ONE_RAW)
  return { first: shares.filter((_, k) => k % 2 === 0), second: shares.filter((_, k) => k % 2 === 1) }
}

/** Puts the bonds in form when they are asked for. */
export function outputWith(
  dense: DenseBonds,
  permits: Uint8Array,
  columns: Omit<GpuEpochOutput, 'bonds'>,
): GpuEpochOutput {
  let stored: GpuEpochOutput['bonds'] | undefined
  return {
    ...columns,
    get bonds() {
      stored ??= storedRows(dense, permits)
      return stored
    },
  }
}
