// Consensus on the GPU against the exact engine on one core: where the device overtakes it, and how far its time is from what
// moving the bytes alone would take. Every result is compared with the exact one, outside the times.
import type { GpuDevice } from 'subnetkit/compute'
import type { EpochOutput, EpochParams } from 'subnetkit/consensus'
import {
  compareEpochs,
  type GpuEpochError,
  type GpuEpochOutput,
  GpuYumaConsensus,
  YumaConsensus,
} from 'subnetkit/engine'
import { fail } from '../support/digest.js'
import { copyBytesPerSecond, openGpu } from '../support/gpu.js'
import { collectGarbage, median, quick, report, rounded, summary, usUntil } from '../support/measure.js'
import { baselineParams, chainInputs, INPUTS, type NetworkSize } from '../support/networks.js'

interface Work extends NetworkSize {
  readonly subnets: number
  /** Different networks among them. */
  readonly networks: number
}

const rules = [
  { variant: 'yuma2', changes: {} },
  { variant: 'yuma3', changes: { yuma3Enabled: true } },
]
const TOLERANCE = 2e-6

const device = await openGpu()
if (typeof device === 'string')
  report({ bench: 'engine/gpu', id: 'no device', engine: 'none', device: device })
else await measureOn(device)

/** Uids 0 to V - 1 validate, so that the widest network has 16,384 uids. */
function worksFor({ info }: GpuDevice): Work[] {
  const one = (n: number, validators: number): Work => ({
    n,
    validators,
    density: 1,
    subnets: 1,
    networks: 1,
  })
  const batch = (subnets: number): Work => ({
    n: 256,
    validators: 64,
    density: 1,
    subnets,
    networks: Math.min(subnets, INPUTS),
  })
  if (quick) return [one(256, 64), batch(8)]
  if (info.isSoftware)
    return [one(256, 64), one(1_024, 64), one(4_096, 64), one(1_024, 192), batch(16), batch(64)]
  return [
    ...[256, 1_024, 4_096].map((n) => one(n, 64)),
    one(4_096, 1_024),
    one(15_360, 1_024),
    ...[16, 64, 256, 1_024, 4_096].map(batch),
  ]
}

async function measureOn(gpu: GpuDevice): Promise<void> {
  const bandwidth = await copyBytesPerSecond(gpu)
  for (const work of worksFor(gpu)) {
    for (const { variant, changes } of rules) {
      await measure(
        gpu,
        work,
        variant,
        { ...baselineParams, maxAllowedValidators: work.validators, ...changes },
        bandwidth,
      )
    }
  }
  gpu.close()
}

async function measure(
  device: GpuDevice,
  work: Work,
  variant: string,
  params: EpochParams,
  bandwidth: number | null,
): Promise<void> {
  const inputs = chainInputs(work, work.networks)
  const subnets = Array.from({ length: work.subnets }, (_, k) => ({ input: inputs[k % inputs.length]! }))
  const exactly = new YumaConsensus(params)
  const gpu = await GpuYumaConsensus.create(params, { device })
  // The first run compiles the shaders, and is the one that is compared.
  const errors = worst(
    await gpu.runBatch(subnets),
    inputs.map((input) => exactly.run(input)),
  )
  if (errors.cutoffFlips + errors.incentiveFlips > 0 || errors.dividends > TOLERANCE) {
    fail(`engine/gpu ${variant} n=${work.n}: ${JSON.stringify(errors)}`)
  }

  const cpu = new YumaConsensus(params, { reuseOutput: true })
  const cpuUs: number[] = []
  const gpuUs: number[] = []
  const deviceUs: number[] = []
  for (let turn = 0; turn < (quick ? 2 : 5); turn++) {
    collectGarbage()
    cpuUs.push(await usUntil(() => subnets.forEach(({ input }) => void cpu.run(input))))
    gpuUs.push(await usUntil(() => gpu.runBatch(subnets)))
    const run = gpu.info.lastRun!
    if (run.deviceUs !== null) deviceUs.push(run.deviceUs)
  }
  print(device, work, { variant, params, cpuUs, gpuUs, deviceUs, bandwidth, errors, gpu })
}

interface Measured {
  readonly variant: string
  readonly params: EpochParams
  readonly cpuUs: readonly number[]
  readonly gpuUs: readonly number[]
  readonly deviceUs: readonly number[]
  readonly bandwidth: number | null
  readonly errors: GpuEpochError
  readonly gpu: GpuYumaConsensus
}

function print({ info }: GpuDevice, work: Work, measured: Measured): void {
  const { n, validators, subnets } = work
  const { variant, cpuUs, gpuUs, deviceUs, bandwidth, errors, gpu } = measured
  // Weights and bonds in, bonds out, two bytes each; consensus and incentive, dividends and trust.
  const minimalBytes = subnets * (6 * validators * n + 8 * n + 8 * validators)
  const idealUs = bandwidth === null ? null : (minimalBytes / bandwidth) * 1e6
  const { medianUs, ...spread } = summary(gpuUs)
  const common = {
    bench: 'engine/gpu',
    n,
    validators,
    subnets,
    nonZeros: validators * n,
    variant,
    penalty: measured.params.bondsPenaltyU16,
    device: info.isSoftware ? `software driver: ${info.device}` : info.device,
    isSoftware: info.isSoftware,
  }
  const id = `${subnets} of n=${n} V=${validators} ${variant}`
  report({
    ...common,
    id: `${id}, transfers included`,
    engine: 'gpu',
    medianUs,
    cpuUs: rounded(median(cpuUs)),
    ratio: rounded(median(cpuUs) / medianUs),
    ...spread,
    maxError: rounded(Math.max(errors.consensus, errors.incentive, errors.dividends)),
    ...errors,
    closeCalls: gpu.info.lastRun!.closeCalls,
  })
  if (deviceUs.length === 0) return
  const { medianUs: onDeviceUs, ...deviceSpread } = summary(deviceUs)
  report({
    ...common,
    id: `${id}, device time`,
    engine: 'gpu, kernels alone',
    medianUs: onDeviceUs,
    ...deviceSpread,
    ratio: rounded(median(cpuUs) / onDeviceUs),
    minimalBytes,
    copyBytesPerSecond: bandwidth,
    idealUs: idealUs === null ? null : rounded(idealUs),
    timesIdeal: idealUs === null ? null : rounded(onDeviceUs / idealUs),
  })
}

function worst(outputs: readonly GpuEpochOutput[], exact: readonly EpochOutput[]): GpuEpochError {
  return outputs
    .map((output, k) => compareEpochs(output, exact[k % exact.length]!))
    .reduce((a, b) => {
      const joined = Object.keys(a).map((name) => {
        const key = name as keyof GpuEpochError
        const isCount = key.endsWith('Flips') || key === 'bondsOff'
        return [key, isCount ? a[key] + b[key] : Math.max(a[key], b[key])]
      })
      return Object.fromEntries(joined)
    })
}
