import type { Netuid, Rao } from '../../units/index.js'
import { registrationDecayQ32 } from '../rules/registrationPrice.js'
import { ROOT } from '../state/account.js'
import type { LedgerState } from '../state/LedgerState.js'
import { hyperparameters, subnets } from '../state/tables.js'

/** What the steps of a block read of each subnet's own rules. They change with calls only. */
export interface SubnetRules {
  readonly netuid: Netuid
  /** Whether it takes part in emission. */
  readonly isEmitting: boolean
  readonly firstEmissionBlock: number
  /** Whether root lets it have TAO. */
  readonly emissionEnabled: boolean
  readonly ownerCutEnabled: boolean
  readonly emaPriceHalvingBlocks: number
  readonly poolFeeU16: number
  readonly minBurnRao: Rao
  readonly maxBurnRao: Rao
  readonly burnHalfLifeBlocks: number
  /** Factor of the registration price per block, parts of 2^32. */
  readonly burnDecayQ32: bigint
}

/** The rules of all subnets, ascending by netuid, and their tempos by netuid. */
export interface AllSubnetRules {
  readonly root: SubnetRules
  readonly subnets: readonly SubnetRules[]
  readonly emitting: readonly SubnetRules[]
  /** Without root. */
  readonly netuids: readonly Netuid[]
  readonly tempoBlocks: Float64Array
}

/** Keeps what {@link AllSubnetRules} says until a call changes a subnet. */
export class SubnetRulesCache {
  #rules: AllSubnetRules | undefined
  #revisions = ''
  #decays = new Map<number, bigint>()

  /** PERF: nothing while no subnet changed, otherwise one look-up per subnet. */
  of(state: LedgerState): AllSubnetRules {
    const revisions = `${state.revision(subnets)} ${state.revision(hyperparameters)}`
    if (this.#rules === undefined || this.#revisions !== revisions) {
      this.#rules = this.#gathered(state)
      this.#revisions = revisions
    }
    return this.#rules
  }

  #gathered(state: LedgerState): AllSubnetRules {
    const netuids = state.netuids()
    const tempoBlocks = new Float64Array((netuids.at(-1) ?? 0) + 1)
    const decays = new Map<number, bigint>()
    const rulesOf = (netuid: Netuid): SubnetRules => {
      const { firstEmissionBlock, subtokenEnabled, emissionEnabled } = state.subnet(netuid)
      const own = state.hyperparameters(netuid)
      const { burnHalfLifeBlocks } = own
      const burnDecayQ32 =
        decays.get(burnHalfLifeBlocks) ??
        this.#decays.get(burnHalfLifeBlocks) ??
        registrationDecayQ32(burnHalfLifeBlocks)
      decays.set(burnHalfLifeBlocks, burnDecayQ32)
      tempoBlocks[netuid] = own.tempoBlocks
      return {
        ...own,
        netuid,
        isEmitting: firstEmissionBlock !== null && subtokenEnabled && own.registrationAllowed,
        firstEmissionBlock: firstEmissionBlock ?? 0,
        emissionEnabled,
        burnDecayQ32,
      }
    }
    const root = rulesOf(ROOT)
    const rules = netuids.map(rulesOf)
    this.#decays = decays
    return {
      root,
      subnets: rules,
      emitting: rules.filter(({ isEmitting }) => isEmitting),
      netuids,
      tempoBlocks,
    }
  }
}
