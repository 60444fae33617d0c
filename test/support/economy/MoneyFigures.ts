import { DEFAULT_TAO_WEIGHT_U64 } from '../../../src/emission/index.js'
import type { Store } from '../../../src/ledger/index.js'
import {
  chain,
  hyperparameters,
  injections,
  neurons,
  pendings,
  prices,
  reserves,
  reservoirs,
  subnets,
} from '../../../src/ledger/state/tables.js'
import type { Netuid } from '../../../src/units/index.js'

/** A subnet's money after a block. */
export interface SubnetFigures {
  readonly n: number
  readonly emits: boolean
  readonly isStable: boolean
  readonly ownerCutEnabled: boolean
  readonly alphaIn: bigint
  readonly alphaOut: bigint
  /** What waits to go into the pool. */
  readonly waiting: { readonly taoRao: bigint; readonly alpha: bigint }
  readonly movingPriceBits: bigint
  readonly pending: {
    readonly serverAlpha: bigint
    readonly validatorAlpha: bigint
    readonly rootAlpha: bigint
    readonly ownerCutAlpha: bigint
  }
  /** What the block gave to the pool. */
  readonly injectedAlpha: bigint
  readonly injectedRao: bigint
}

/** All money after a block. */
export interface MoneyFigures {
  readonly totalIssuanceRao: bigint
  readonly taoWeightU64: bigint
  readonly rootTaoRao: bigint
  readonly rootAlphaOut: bigint
  readonly subnets: ReadonlyMap<Netuid, SubnetFigures>
}

export function figuresOf(store: Store): MoneyFigures {
  const has = store.get(reserves, [])!
  const waits = store.get(pendings, [])!
  const moving = store.get(prices, [])!.movingPriceQ32
  const last = store.get(injections, [])!
  const rows = [...store.range(subnets, [])].filter(([[netuid]]) => netuid !== 0)
  return {
    totalIssuanceRao: store.get(chain, [])!.totalIssuanceRao,
    taoWeightU64: DEFAULT_TAO_WEIGHT_U64,
    rootTaoRao: has.subnetTaoRao[0]!,
    rootAlphaOut: has.alphaOut[0]!,
    subnets: new Map(
      rows.map(([[netuid], { firstEmissionBlock, subtokenEnabled, mechanism }]) => {
        const { registrationAllowed, ownerCutEnabled } = store.get(hyperparameters, [netuid])!
        const figures: SubnetFigures = {
          n: store.get(neurons, [netuid])!.hotkey.length,
          emits: firstEmissionBlock !== null && subtokenEnabled && registrationAllowed,
          isStable: mechanism === 0,
          ownerCutEnabled,
          alphaIn: has.alphaIn[netuid]!,
          alphaOut: has.alphaOut[netuid]!,
          waiting: store.get(reservoirs, [netuid]) ?? { taoRao: 0n, alpha: 0n },
          movingPriceBits: moving[netuid]! << 32n,
          pending: {
            serverAlpha: waits.serverAlpha[netuid]!,
            validatorAlpha: waits.validatorAlpha[netuid]!,
            rootAlpha: waits.rootAlpha[netuid]!,
            ownerCutAlpha: waits.ownerCutAlpha[netuid]!,
          },
          injectedAlpha: last.alphaIn[netuid]!,
          injectedRao: last.taoInRao[netuid]! + last.excessRao[netuid]!,
        }
        return [netuid, figures]
      }),
    ),
  }
}
