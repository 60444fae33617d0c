import type { MetagraphColumns } from '../../../src/metagraph/index.js'
import { type Address, asColdkey, asHotkey } from '../../../src/units/index.js'

export const hotkeyNamed = (name: string) => asHotkey(`hot-${name}` as Address)
export const coldkeyNamed = (name: string) => asColdkey(`cold-${name}` as Address)

/** Three neurons: a permitted validator that weighs the two others, a serving miner, an idle one. */
export function threeNeurons(changes: Partial<MetagraphColumns> = {}): MetagraphColumns {
  return {
    netuid: 1,
    block: 100,
    n: 3,
    ownerUid: 0,
    tempoBlocks: 10,
    lastEpochBlock: 95,
    epochIndex: 9,
    hotkey: ['ann', 'bob', 'cid'].map(hotkeyNamed),
    coldkey: ['ann', 'bob', 'cid'].map(coldkeyNamed),
    axon: [null, { host: '127.0.0.1', port: 8091 }, null],
    registeredAtBlock: Float64Array.of(1, 2, 3),
    lastUpdate: Float64Array.of(94, 2, 3),
    active: Uint8Array.of(1, 1, 0),
    validatorPermit: Uint8Array.of(1, 0, 0),
    stakeAlpha: BigUint64Array.of(5_000_000_000_000n, 7n, 18_446_744_073_709_551_615n),
    stakeWeightU16: Uint16Array.of(65_535, 0, 0),
    consensusU16: Uint16Array.of(0, 43_690, 21_845),
    incentiveU16: Uint16Array.of(0, 43_690, 21_845),
    dividendsU16: Uint16Array.of(65_535, 0, 0),
    validatorTrustU16: Uint16Array.of(65_535, 0, 0),
    emissionAlpha: BigUint64Array.of(4n, 2n, 1n),
    weights: {
      rowStart: Uint32Array.of(0, 2, 2, 2),
      column: Uint16Array.of(1, 2),
      value: Uint16Array.of(65_535, 32_768),
    },
    bonds: {
      rowStart: Uint32Array.of(0, 1, 1, 1),
      column: Uint16Array.of(1),
      value: Uint16Array.of(9),
    },
    ...changes,
  }
}
