import { emptySparseRows, type SparseRows } from '../../consensus/index.js'
import { ONE_RAW } from '../../math/index.js'
import { itemAt } from '../itemAt.js'
import { YumaConsensus } from '../YumaConsensus.js'
import type { GpuEpochOutput } from './GpuEpochOutput.js'
import type { MeasuredSubnet } from './measureSubnet.js'

/** The epoch of the exact engine in the form of the GPU's. */
export function exactOutput({ input, params }: MeasuredSubnet): GpuEpochOutput {
  const output = new YumaConsensus(params).run(input)
  const { raw, active, validatorPermit, bonds } = output
  return {
    consensus: sharesOf(raw.consensus),
    incentive: sharesOf(raw.incentive),
    dividends: sharesOf(raw.dividends),
    validatorTrust: sharesOf(raw.validatorTrust),
    active,
    validatorPermit,
    bonds: withoutZeros(bonds),
    info: { engine: 'exact', closeCalls: 0 },
  }
}

/** The epoch of a subnet without any row: nobody gets anything. */
export function emptyOutput({ input, neurons }: MeasuredSubnet): GpuEpochOutput {
  const zeros = (): Float32Array => new Float32Array(input.n)
  return {
    consensus: zeros(),
    incentive: zeros(),
    dividends: zeros(),
    validatorTrust: zeros(),
    active: neurons.active,
    validatorPermit: neurons.validatorPermit,
    bonds: emptySparseRows(input.n),
    info: { engine: 'gpu', closeCalls: 0 },
  }
}

function sharesOf(raw: BigInt64Array): Float32Array {
  return Float32Array.from(raw, (share) => Number(share) / ONE_RAW)
}

/** Rows without their explicit zeros, which no epoch reads otherwise than missing entries. */
function withoutZeros({ rowStart, column, value }: SparseRows): SparseRows {
  let held = 0
  const heldBefore = Uint32Array.from([0, ...value], (bond) => {
    held += Number(bond > 0)
    return held
  })
  return {
    rowStart: rowStart.map((start) => itemAt(heldBefore, start)),
    column: column.filter((_, k) => value[k] !== 0),
    value: value.filter((bond) => bond > 0),
  }
}
