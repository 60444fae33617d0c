import type { SparseRows } from '../../../src/consensus/index.js'
import { type EpochFrame, Metagraph, type MetagraphColumns } from '../../../src/metagraph/index.js'
import { asColdkey, asHotkey, type Hotkey } from '../../../src/units/index.js'

/** One neuron of a drawn frame; shares from 0 to 1. */
export interface DrawnNeuron {
  readonly name: string
  readonly hotkey?: string
  readonly incentive?: number
  readonly dividends?: number
  readonly trust?: number
  readonly earnedAlpha?: bigint
  readonly stakeAlpha?: bigint
  readonly weights?: readonly (readonly [uid: number, value: number])[]
  readonly bonds?: readonly (readonly [uid: number, value: number])[]
}

export const hotkeyOf = (name: string): Hotkey => asHotkey(`5${name}` as Hotkey)

/** A frame with the given neurons in uid order; everything not said is zero. An alpha costs 1.25 TAO, and a quarter of a block's TAO is the subnet's. */
export function frameOf(epoch: number, neurons: readonly DrawnNeuron[]): EpochFrame {
  const n = neurons.length
  const u16 = (share: (neuron: DrawnNeuron) => number | undefined): Uint16Array =>
    Uint16Array.from(neurons, (neuron) => Math.floor(65_535 * (share(neuron) ?? 0)))
  const columns: MetagraphColumns = {
    netuid: 1,
    block: 11 * epoch,
    n,
    ownerUid: null,
    tempoBlocks: 10,
    lastEpochBlock: 11 * epoch,
    epochIndex: epoch,
    hotkey: neurons.map(({ name, hotkey }) => hotkeyOf(hotkey ?? name)),
    coldkey: neurons.map(({ name }) => asColdkey(hotkeyOf(`${name}-cold`) as never)),
    axon: neurons.map(() => null),
    registeredAtBlock: new Float64Array(n),
    lastUpdate: new Float64Array(n),
    active: new Uint8Array(n).fill(1),
    validatorPermit: Uint8Array.from(neurons, ({ weights }) => (weights ? 1 : 0)),
    stakeAlpha: BigUint64Array.from(neurons, ({ stakeAlpha }) => stakeAlpha ?? 0n),
    stakeWeightU16: new Uint16Array(n),
    consensusU16: new Uint16Array(n),
    incentiveU16: u16(({ incentive }) => incentive),
    dividendsU16: u16(({ dividends }) => dividends),
    validatorTrustU16: u16(({ trust }) => trust),
    emissionAlpha: BigUint64Array.from(neurons, ({ earnedAlpha }) => earnedAlpha ?? 0n),
    weights: sparse(neurons.map(({ weights }) => weights ?? [])),
    bonds: sparse(neurons.map(({ bonds }) => bonds ?? [])),
  }
  return {
    epoch,
    block: columns.block,
    metagraph: new Metagraph(columns),
    names: neurons.map(({ name }) => name),
    earnedAlpha: columns.emissionAlpha,
    priceBits: 5n << 62n,
    emissionShare: 0.25,
  }
}

function sparse(rows: readonly (readonly (readonly [number, number])[])[]): SparseRows {
  const rowStart = new Uint32Array(rows.length + 1)
  rows.forEach((row, i) => {
    rowStart[i + 1] = rowStart[i]! + row.length
  })
  const entries = rows.flat()
  return {
    rowStart,
    column: Uint16Array.from(entries, ([uid]) => uid),
    value: Uint16Array.from(entries, ([, value]) => value),
  }
}
