import { portableError } from '../errors/index.js'
import { callListener, type Fault, FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { faultOfEvent } from './faultOfEvent.js'
import { faultOfError } from './faultParts.js'
import type { MinerEvent } from './minerEvents.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** Hands a neuron's events to its owner, and says those that tell of a fault. */
export class NeuronReporter<Event extends MinerEvent | ValidatorEvent> {
  readonly #faults: FaultLog
  readonly #onEvent: ((event: Event) => unknown) | undefined

  constructor(options: { logger?: Logger; onEvent?: (event: Event) => void }) {
    this.#faults = new FaultLog(options.logger ?? stderrLogger())
    this.#onEvent = options.onEvent
  }

  tell(event: Event): void {
    const fault = faultOfEvent(event)
    if (fault !== undefined) this.#faults.report(fault)
    callListener(
      () => this.#onEvent?.(event),
      (thrown) => this.#faults.report(listenerFault(event.type, portableError(thrown))),
    )
  }

  /** Says how often each fault came. */
  close(): void {
    this.#faults.close()
  }
}

/** An owner's listener that throws breaks nothing but itself. */
function listenerFault(event: string, error: Error): Fault {
  const details = {
    about: 'onEvent',
    says: 'The function onEvent threw; the neuron goes on.',
    fields: { event },
  }
  return faultOfError(details, error)
}
