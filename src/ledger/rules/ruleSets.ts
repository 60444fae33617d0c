import type { EpochFunction } from '../../consensus/index.js'
import { type EmissionPolicy, referencePolicy, referencePolicyWith } from '../../emission/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import type { ChainConfig } from '../config.js'

/**
 * The rules of a chain, by the name that its genesis gives them: what differs from `spec425` stands behind these doors, and all else is its. Every
 * node of a chain is given the same.
 *
 * @example
 * ```ts
 * import { referencePreset } from 'subnetkit/chain'
 * import { equalPolicy } from 'subnetkit/emission'
 * import { epochFunction } from 'subnetkit/engine'
 * import { Ledger, type RuleSet } from 'subnetkit/ledger'
 *
 * const alike: RuleSet = { name: 'all-alike', policy: () => equalPolicy }
 * const config = { ...referencePreset.config, rules: alike.name }
 * new Ledger({ config, endowments: [] }, { runEpoch: epochFunction(), rules: alike })
 * ```
 */
export interface RuleSet {
  /** What genesis calls it, 1 to 64 characters. */
  readonly name: string
  /** How a block's TAO is shared among subnets, by the settings of the chain. Left out: as `spec425` shares it. */
  readonly policy?: (config: ChainConfig) => EmissionPolicy
  /** The consensus of a subnet, made of the epoch function that the node was given. Left out: that function itself. */
  readonly consensus?: (runEpoch: EpochFunction, config: ChainConfig) => EpochFunction
}

/** The name of the reference's rules as of its version 425, with which every ledger comes. */
export const SPEC_425 = 'spec425'

/** What a chain follows where its rule set says nothing. */
const spec425 = {
  policy: ({ rootProportionWeighsShares }: ChainConfig): EmissionPolicy =>
    rootProportionWeighsShares ? referencePolicyWith({ weighsRootProportion: true }) : referencePolicy,
  consensus: (runEpoch: EpochFunction): EpochFunction => runEpoch,
}

/**
 * The rules that a chain's genesis names.
 *
 * @throws InvalidArgumentError when the node was given another rule set, or none where it needs one.
 */
export function rulesOf(config: ChainConfig, given: RuleSet | undefined): Required<Omit<RuleSet, 'name'>> {
  const name = given?.name ?? SPEC_425
  if (name !== config.rules) {
    const remedy =
      config.rules === SPEC_425
        ? `Leave it out: the chain follows ${SPEC_425}.`
        : `Pass the rule set that the chain's genesis names, ${JSON.stringify(config.rules)}.`
    throw new InvalidArgumentError({ field: 'options.rules', value: given?.name, remedy })
  }
  if (given !== undefined && name === SPEC_425) {
    const remedy = `Give it a name of its own in genesis and here: ${SPEC_425} is the reference's.`
    throw new InvalidArgumentError({ field: 'options.rules.name', value: name, remedy })
  }
  return { policy: given?.policy ?? spec425.policy, consensus: given?.consensus ?? spec425.consensus }
}
