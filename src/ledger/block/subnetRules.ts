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
  /** Whether an alpha is a TAO there. */
  readonly isStable: boolean
  /** Whether its pool has traded. */
  readonly hasTraded: boolean
  /** Whether root lets it have TAO. */
  readonly emissionEnabled: boolean
  readonly ownerCutEnabled: boolean
  readonly emaPriceHalvingBlocks: number
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
  #subnetsRevision = -1
  #hyperparametersRevision = -1
  #decays = new Map<number, bigint>()

  /** PERF: nothing while no subnet changed, otherwise one look-up per subnet. */
  of(state: LedgerState): AllSubnetRules {
    const subnetsRevision = state.revision(subnets)
    const hyperparametersRevision = state.revision(hyperparameters)
    if (
      this.#rules === undefined ||
      this.#subnetsRevision !== subnetsRevision ||
      this.#hyperparametersRevision !== hyperparametersRevision
    ) {
      this.#rules = this.#gathered(state)
      this.#subnetsRevision = subnetsRevision
      this.#hyperparametersRevision = hyperparametersRevision
    }
    return this.#rules
  }

  #gathered(state: LedgerState): AllSubnetRules {
    const netuids = state.netuids()
    const tempoBlocks = new Float64Array((netuids.at(-1) ?? 0) + 1)
    const decays = new Map<number, bigint>()
    const rulesOf = (netuid: Netuid): SubnetRules => {
      const { firstEmissionBlock, subtokenEnabled, emissionEnabled, mechanism, hasTraded } =
        state.subnet(netuid)
      const own = state.hyperparameters(netuid)
      const { burnHalfLifeBlocks } = own
      const burnDecayQ32 =
        decays.get(burnHalfLifeBlocks) ??
        this.#decays.get(burnHalfLifeBlocks) ??
        registrationDecayQ32(burnHalfLifeBlocks)
      decays.set(burnHalfLifeBlocks, burnDecayQ32)
      tempoBlocks[netuid] = own.tempoBlocks
      return {
        netuid,
        isEmitting: firstEmissionBlock !== null && subtokenEnabled && own.registrationAllowed,
        firstEmissionBlock: firstEmissionBlock ?? 0,
        isStable: mechanism === 0,
        hasTraded,
        emissionEnabled,
        ownerCutEnabled: own.ownerCutEnabled,
        emaPriceHalvingBlocks: own.emaPriceHalvingBlocks,
        minBurnRao: own.minBurnRao,
        maxBurnRao: own.maxBurnRao,
        burnHalfLifeBlocks,
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
