import type { CanonicalValue } from '../codec/index.js'
import type { Rao } from '../units/index.js'
import type { CastMember } from './accounts.js'
import type { ValidatorSpec } from './specs.js'

/** A miner among those who take part. */
export function minerMember({ name, owner }: Pick<CastMember, 'name' | 'owner'>): CastMember {
  return { name, role: 'miner', ...(owner === undefined ? {} : { owner }) }
}

/** A validator among them. */
export function validatorMember({
  name,
  stakeRao,
}: {
  readonly name: string
  readonly stakeRao?: Rao
}): CastMember {
  return { name, role: 'validator', ...(stakeRao === undefined ? {} : { stakeRao }) }
}

/** The validators of a network, named where only their number is given. */
export function validatorSpecs<State extends CanonicalValue>(options: {
  validators: number | readonly ValidatorSpec<State>[]
}): readonly ValidatorSpec<State>[] {
  const { validators } = options
  if (typeof validators !== 'number') return validators
  return Array.from({ length: validators }, (_, index) => ({ name: `validator-${index + 1}` }))
}
