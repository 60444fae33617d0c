import { localnetPreset, type Preset, referencePreset } from '../chain/index.js'
import { blockEmissionRao } from '../emission/index.js'
import type { ChainSettings } from '../ledger/index.js'
import { RAO_PER_TAO, type Rao } from '../units/index.js'

/** What a subnet's people have to spend at the start. */
const PEOPLE_RAO = 2_000n * RAO_PER_TAO
/** What a validator puts into a subnet: dividends are paid by the alpha behind it. */
export const VALIDATOR_RAO = RAO_PER_TAO
/** More than registrations and what an account must keep cost. */
const SPARE_RAO = 20n * RAO_PER_TAO

/** What of a plan decides how much TAO there has to be. */
interface Size {
  readonly subnets: number
  readonly validators: number
  readonly rootStakeRao: Rao
  readonly preset: 'reference' | 'localnet'
  readonly config: Partial<ChainSettings>
}

/** The chain that a plan begins with. */
export function presetOf({ preset }: Pick<Size, 'preset'>): Preset {
  return preset === 'localnet' ? localnetPreset() : referencePreset
}

/** What each account has at the start, and all together. */
export interface Needs {
  readonly founderRao: Rao
  readonly peopleRao: Rao
  readonly validatorRao: Rao
  readonly allRao: Rao
}

export function needsOf(plan: Size): Needs {
  const lockRao = plan.config.networkMinLockRao ?? presetOf(plan).config.networkMinLockRao
  const founderRao = lockRao + SPARE_RAO
  const validatorRao = rootShareRao(plan) + BigInt(plan.subnets) * VALIDATOR_RAO + SPARE_RAO
  const allRao = BigInt(plan.subnets) * (founderRao + PEOPLE_RAO) + BigInt(plan.validators) * validatorRao
  return { founderRao, peopleRao: PEOPLE_RAO, validatorRao, allRao }
}

/** What each validator has on root. */
export function rootShareRao({ rootStakeRao, validators }: Pick<Size, 'rootStakeRao' | 'validators'>): Rao {
  return rootStakeRao / BigInt(validators)
}

/**
 * The interval by which the price of a subnet falls from one registration to the next as deep as it goes. The chain shortens it with every halving of what a block makes,
 * and by one shortened to nothing the price would never fall.
 */
export function lockIntervalOf(plan: Size): number {
  const emissionRao = blockEmissionRao(needsOf(plan).allRao)
  return emissionRao === 0n ? 1 : Number((RAO_PER_TAO + emissionRao - 1n) / emissionRao)
}
