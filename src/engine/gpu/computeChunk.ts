import type { GpuBufferLike, GpuDevice, GpuStep } from '../../compute/index.js'
import { type DenseBonds, type GpuEpochOutput, storedRows } from './GpuEpochOutput.js'
import type { MeasuredSubnet } from './measureSubnet.js'
import { type PackedChunk, packChunk, tileCount } from './packChunk.js'
import { columnsShader } from './shaders/columns.js'
import { ROW_SUM_WORDS, TOTAL_WORDS } from './shaders/common.js'
import { rowsShader } from './shaders/rows.js'
import { dividendsShader, incentiveShader } from './shaders/shares.js'

const ONE_RAW = 0x1_0000_0000

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
  const { variant } = subnets[0]!
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
  [serverBytes, validatorBytes, bondBytes, totalBytes]: readonly ArrayBuffer[],
): GpuEpochOutput {
  const { n } = input
  const { wordStart, rowStart, columnStart } = chunk.places[k]!
  const servers = new Uint32Array(serverBytes!, 8 * columnStart, 2 * n)
  const validators = new Uint32Array(validatorBytes!, 8 * rowStart, 2 * uids.length)
  const values = new Uint16Array(bondBytes!, 4 * wordStart, 2 * rowWords * uids.length)
  const dividends = new Float32Array(n)
  const validatorTrust = new Float32Array(n)
  uids.forEach((uid, r) => {
    dividends[uid] = validators[2 * r]! / ONE_RAW
    validatorTrust[uid] = validators[2 * r + 1]! / ONE_RAW
  })
  return outputWith({ n, uids, values }, neurons.validatorPermit, {
    consensus: Float32Array.from({ length: n }, (_, j) => servers[2 * j]! / ONE_RAW),
    incentive: Float32Array.from({ length: n }, (_, j) => servers[2 * j + 1]! / ONE_RAW),
    dividends,
    validatorTrust,
    active: neurons.active,
    validatorPermit: neurons.validatorPermit,
    info: { engine: 'gpu', closeCalls: new Uint32Array(totalBytes!)[TOTAL_WORDS * k + 2]! },
  })
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
