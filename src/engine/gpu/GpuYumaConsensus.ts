import { assertMade, check, made, optional, plainObject } from '../../checks/index.js'
import {
  DeviceLostError,
  DeviceTooSmallError,
  DeviceUnavailableError,
  GpuDevice,
  type GpuDeviceOptions,
} from '../../compute/index.js'
import type { EpochInput, EpochParams } from '../../consensus/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { checkEpochParams } from '../checkEpochParams.js'
import { assertKnown, refuse } from '../checks.js'
import { inSubnet } from '../inSubnet.js'
import { itemAt } from '../itemAt.js'
import { chunksOf, hasWork } from './chunks.js'
import { type ChunkRun, computeChunk } from './computeChunk.js'
import { emptyOutput, exactOutput } from './exactOutput.js'
import type { GpuEpochOutput } from './GpuEpochOutput.js'
import { type GpuSubnet, type MeasuredSubnet, measureSubnet } from './measureSubnet.js'

const MIB = 2 ** 20
const OPTIONS = ['webgpu', 'device', 'fallback', 'maxChunkBytes']

/** Where a `GpuYumaConsensus` computes. */
export interface GpuYumaOptions {
  /** How a device is looked for. */
  readonly webgpu?: GpuDeviceOptions
  /** A device that is open already; it stays open when the engine is closed. */
  readonly device?: GpuDevice
  /** What computes when there is no device, or it is lost or too small: `info.fallback` says so. Default: an error. */
  readonly fallback?: 'exact'
  /**
   * Most bytes of one matrix on the device, 256 MiB unless given and never more than the device can hold: larger batches are
   * computed in pieces, with the same results.
   */
  readonly maxChunkBytes?: number
}

/** What really computes. */
export interface GpuYumaInfo {
  readonly engine: 'gpu' | 'exact'
  /** The device as its driver names it; `null` without one. */
  readonly device: string | null
  /** True when a processor stands in for a graphics device. */
  readonly isSoftware: boolean
  /** Most bytes of one matrix; a subnet takes 2 n for each of its rows. */
  readonly maxChunkBytes: number
  /** Why the exact engine computed in place of a device; `null` when it did not. */
  readonly fallback: string | null
  readonly lastRun: GpuYumaRun | null
}

/** How the last batch went. */
export interface GpuYumaRun {
  readonly subnets: number
  /** Pieces in which it was computed. */
  readonly chunks: number
  /** Time of all steps on the device's own clock, without transfers; `null` where it has none. */
  readonly deviceUs: number | null
  /** Servers, over all subnets, whose consensus f32 alone could not decide. */
  readonly closeCalls: number
}

/**
 * Yuma consensus in float32 on a graphics device, for very large networks and for thousands of subnets or scenarios at once.
 *
 * Every share is decided in integers: it is the exact engine's, rounded to f32, so that nobody changes place. Stored bonds of
 * the original Yuma may be one u16 unit off. What must be exact in every integer belongs to `YumaConsensus`.
 *
 * Needs rows whose targets ascend without repetition, as on chain.
 *
 * @example
 * ```ts
 * import { GpuYumaConsensus } from 'subnetkit/engine'
 * import type { EpochInput, EpochParams } from 'subnetkit/consensus'
 *
 * // One network under a thousand majorities.
 * async function sweep(input: EpochInput, params: EpochParams): Promise<Float32Array[]> {
 *   await using gpu = await GpuYumaConsensus.create(params)
 *   const scenarios = Array.from({ length: 1000 }, (_, k) => ({ input, params: { ...params, kappaU16: 20_000 + 20 * k } }))
 *   const outputs = await gpu.runBatch(scenarios)
 *   return outputs.map(({ dividends }) => dividends)
 * }
 * ```
 */
export class GpuYumaConsensus {
  readonly params: EpochParams
  readonly #device: GpuDevice | null
  readonly #ownsDevice: boolean
  readonly #fallsBack: boolean
  readonly #maxChunkBytes: number
  #fallback: string | null
  #lastRun: GpuYumaRun | null = null

  private constructor(
    mark: typeof made,
    params: EpochParams,
    device: GpuDevice | null,
    options: GpuYumaOptions,
    why: string | null,
  ) {
    assertMade(mark, 'GpuYumaConsensus', 'await GpuYumaConsensus.create(params)')
    this.params = Object.freeze({ ...params })
    this.#device = device
    this.#ownsDevice = options.device === undefined
    this.#fallsBack = options.fallback === 'exact'
    this.#maxChunkBytes = Math.min(
      options.maxChunkBytes ?? 256 * MIB,
      device?.maxBytes ?? Number.POSITIVE_INFINITY,
    )
    this.#fallback = why
  }

  /**
   * Opens a device.
   *
   * @throws DeviceUnavailableError when there is none and no fallback is allowed.
   * @throws InvalidArgumentError naming the first parameter or option that is wrong.
   */
  static async create(params: EpochParams, options: GpuYumaOptions = {}): Promise<GpuYumaConsensus> {
    checkEpochParams(params)
    checkOptions(options)
    try {
      const device = options.device ?? (await GpuDevice.open(options.webgpu))
      return new GpuYumaConsensus(made, params, device, options, null)
    } catch (error) {
      if (options.fallback !== 'exact' || !(error instanceof DeviceUnavailableError)) throw error
      return new GpuYumaConsensus(made, params, null, options, error.shortMessage)
    }
  }

  /** Which device computes, or why none does, and how the last batch went. */
  get info(): GpuYumaInfo {
    const device = this.#fallback === null ? this.#device : null
    return {
      engine: device === null ? 'exact' : 'gpu',
      device: this.#device?.info.device ?? null,
      isSoftware: this.#device?.info.isSoftware ?? false,
      maxChunkBytes: this.#maxChunkBytes,
      fallback: this.#fallback,
      lastRun: this.#lastRun,
    }
  }

  /**
   * Computes one epoch.
   *
   * @throws as `runBatch`, with `input.` in place of `subnets[0].input.`.
   */
  async run(input: EpochInput): Promise<GpuEpochOutput> {
    const measured = measureSubnet({ input, params: this.params })
    return itemAt(await this.#compute([measured]), 0)
  }

  /**
   * Computes one epoch of each subnet; results in their order, the same as of single runs.
   *
   * @throws InvalidArgumentError naming the subnet and the field (`subnets[3].input.lastUpdate[0]`), also for rows whose targets do
   *   not ascend.
   * @throws ShapeError as `YumaConsensus.run`.
   * @throws DeviceTooSmallError when one subnet alone does not fit the device.
   * @throws DeviceLostError when the device goes away in the middle, or the engine was closed.
   * PERF: the calling thread packs 2 n bytes per row for weights, as many for bonds, and takes as many back; memory on the device
   * is freed after each batch.
   */
  async runBatch(subnets: readonly GpuSubnet[]): Promise<GpuEpochOutput[]> {
    if (!Array.isArray(subnets)) refuse('subnets', subnets, 'Pass a list.')
    // From the list, which visits holes too.
    const measured = Array.from(subnets, (subnet, k) => {
      assertKnown(subnet, `subnets[${k}]`, ['input', 'params'])
      const { input, params = this.params } = subnet
      return inSubnet(k, () => measureSubnet({ input, params }))
    })
    return this.#compute(measured)
  }

  /** Lets the device go, if the engine opened it. Later runs reject. */
  async close(): Promise<void> {
    if (this.#ownsDevice) this.#device?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #compute(subnets: readonly MeasuredSubnet[]): Promise<GpuEpochOutput[]> {
    const outputs = subnets.map((subnet) => (hasWork(subnet) ? undefined : emptyOutput(subnet)))
    const chunks = chunksOf(subnets, this.#maxChunkBytes)
    let deviceUs: number | null = 0
    for (const places of chunks) {
      const run = await this.#computeChunk(places.map((k) => itemAt(subnets, k)))
      run.outputs.forEach((output, at) => {
        outputs[itemAt(places, at)] = output
      })
      deviceUs = run.deviceUs === null || deviceUs === null ? null : deviceUs + run.deviceUs
    }
    const all = outputs.map((_, k) => itemAt(outputs, k))
    const closeCalls = all.reduce((sum, { info }) => sum + info.closeCalls, 0)
    this.#lastRun = { subnets: subnets.length, chunks: chunks.length, deviceUs, closeCalls }
    return all
  }

  async #computeChunk(subnets: readonly MeasuredSubnet[]): Promise<ChunkRun> {
    if (this.#device === null) return exactChunk(subnets)
    try {
      return await computeChunk(this.#device, subnets)
    } catch (error) {
      if (!this.#fallsBack || !isDeviceFault(error)) throw error
      this.#fallback = error.shortMessage
      return exactChunk(subnets)
    }
  }
}

function exactChunk(subnets: readonly MeasuredSubnet[]): ChunkRun {
  return { outputs: subnets.map(exactOutput), deviceUs: null }
}

/** A device that was closed on purpose is nobody's fault. */
function isDeviceFault(error: unknown): error is DeviceLostError | DeviceTooSmallError {
  if (error instanceof DeviceTooSmallError) return true
  return error instanceof DeviceLostError && error.reason !== 'disposed'
}

function checkOptions(options: GpuYumaOptions): void {
  assertKnown(options, 'options', OPTIONS)
  check('options.webgpu', optional(plainObject), options.webgpu)
  if (options.device !== undefined && !(options.device instanceof GpuDevice)) {
    refuse('options.device', options.device, 'Pass an open GpuDevice.')
  }
  const { fallback, maxChunkBytes } = options
  if (fallback !== undefined && fallback !== 'exact') {
    throw new InvalidArgumentError({
      field: 'options.fallback',
      value: fallback,
      remedy: "Pass 'exact', or nothing for an error.",
    })
  }
  if (maxChunkBytes === undefined || (Number.isSafeInteger(maxChunkBytes) && maxChunkBytes > 0)) return
  throw new InvalidArgumentError({
    field: 'options.maxChunkBytes',
    value: maxChunkBytes,
    remedy: 'Pass a positive integer.',
  })
}
