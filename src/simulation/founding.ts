import { InvalidArgumentError } from '../errors/index.js'
import type { Endowment, TestCall } from '../ledger/index.js'
import { MAX_SUPPLY_RAO, RAO_PER_TAO } from '../units/index.js'
import { call } from './call.js'
import type { Cast } from './cast.js'
import { needsOf, rootShareRao, VALIDATOR_RAO } from './needs.js'
import type { SimulationPlan } from './options.js'
import { configOf } from './settings.js'

/**
 * Who has what at the start.
 *
 * @throws InvalidArgumentError where that is more than the supply.
 */
export function endowmentsOf(plan: SimulationPlan, cast: Cast): Endowment[] {
  const { founderRao, peopleRao, validatorRao, allRao } = needsOf(plan)
  if (allRao > MAX_SUPPLY_RAO) {
    const remedy = `Pass fewer: their founders and people would need ${allRao / RAO_PER_TAO} TAO, and there are never more than 21 million.`
    throw new InvalidArgumentError({ field: 'subnets', value: plan.subnets, remedy })
  }
  return [
    ...cast.subnets.flatMap(({ founder, people }) => [
      { address: founder, balanceRao: founderRao },
      { address: people, balanceRao: peopleRao },
    ]),
    ...cast.validators.map(({ coldkey }) => ({ address: coldkey, balanceRao: validatorRao })),
  ]
}

/**
 * The calls of the blocks in which a chain is founded: two a subnet, one for the stake on root, then as many without calls as it takes until an epoch has given permits on
 * all, and validators may speak.
 */
export function* foundingBlocks(plan: SimulationPlan, cast: Cast): Generator<readonly TestCall[]> {
  for (const [at, { netuid, founder, founderHotkey, people, miners }] of cast.subnets.entries()) {
    yield [call(founder, 'registerSubnet', { hotkey: founderHotkey })]
    const register = (signer: Cast['subnets'][number]['people'], hotkey: typeof founderHotkey): TestCall =>
      call(signer, 'registerNeuron', { netuid, hotkey, limitRao: null })
    yield [
      call(founder, 'startSubnet', { netuid }),
      ...cast.validators.map(({ coldkey, hotkey }) => register(coldkey, hotkey)),
      ...miners.map((hotkey) => register(people, hotkey)),
      ...cast.validators.map(({ coldkey, hotkey }) =>
        call(coldkey, 'addStake', { netuid, hotkey, amountRao: VALIDATOR_RAO }),
      ),
    ]
    // Their hotkeys are known from the first registration on.
    if (at === 0 && rootShareRao(plan) > 0n) {
      yield cast.validators.map(({ coldkey, hotkey }) =>
        call(coldkey, 'addStake', { netuid: 0, hotkey, amountRao: rootShareRao(plan) }),
      )
    }
  }
  for (let count = 0; count < waitingBlocks(plan); count++) yield []
}

/** How many blocks that are. */
export function foundingLength(plan: SimulationPlan): number {
  return 2 * plan.subnets + (rootShareRao(plan) > 0n ? 1 : 0) + waitingBlocks(plan)
}

/** No subnet waits longer for its first epoch, since a block runs at least one of those that are due; what limits weights counts from the registration. */
function waitingBlocks(plan: SimulationPlan): number {
  return Math.max(plan.tempoBlocks + plan.subnets + 2, weightsPauseBlocks(plan))
}

/** Blocks between two rows of weights of a validator that the chain wants, where nobody asked for more. */
export function weightsPauseBlocks(plan: SimulationPlan): number {
  return configOf({ ...plan, hyperparameters: {} }).hyperparameters.weightsSetRateLimitBlocks
}
