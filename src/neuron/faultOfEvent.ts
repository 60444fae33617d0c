import { check, plainObject, text } from '../checks/index.js'
import type { Fault } from '../log/index.js'
import type { MinerEvent } from './minerEvents.js'
import { minerFaults } from './minerFaults.js'
import type { ValidatorEvent } from './validatorEvents.js'
import { validatorFaults } from './validatorFaults.js'

const faults: { readonly [type: string]: ((event: never) => Fault | undefined) | undefined } = {
  ...minerFaults,
  ...validatorFaults,
}

/**
 * What an event of a neuron tells a person who has to do something about it: one sentence, a remedy, and a cause that is the same
 * for the same fault whoever has it. `undefined` for what goes as it should.
 *
 * `Miner` and `Validator` say these themselves, through their `logger`; whoever gathers the events of many neurons says them once for
 * all with a `FaultLog`.
 *
 * @throws InvalidArgumentError for what is no event.
 *
 * @example
 * ```ts
 * import { FaultLog, stderrLogger } from 'subnetkit/log'
 * import { faultOfEvent, type ValidatorEvent } from 'subnetkit/neuron'
 *
 * const faults = new FaultLog(stderrLogger())
 * function onEvent(event: ValidatorEvent): void {
 *   const fault = faultOfEvent(event)
 *   if (fault !== undefined) faults.report(fault)
 * }
 * ```
 */
export function faultOfEvent(event: MinerEvent | ValidatorEvent): Fault | undefined {
  check('event', plainObject, event)
  check('event.type', text({ min: 1 }), event.type)
  return Object.hasOwn(faults, event.type) ? faults[event.type]?.(event as never) : undefined
}
