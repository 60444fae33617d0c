import { portableError } from '../errors/index.js'
import { callListener, type Fault, FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { faultOfEvent } from './faultOfEvent.js'
import { faultOfError } from './faultParts.js'
import type { MinerEvent } from './minerEvents.js'
import type { ValidatorEvent } from './validatorEvents.js'

/** Hands a neuron's events to its owner, and says those that tell of a fault. */
export class NeuronReporter<Event extends MinerEvent | ValidatorEvent> {
  readonly #faults: FaultLog
  /** The option `onEvent` first, then those who listen besides. */
  readonly #listeners = new Set<{ readonly hear: (event: Event) => unknown }>()

  constructor(options: { logger?: Logger; onEvent?: (event: Event) => void }) {
    this.#faults = new FaultLog(options.logger ?? stderrLogger())
    if (options.onEvent !== undefined) this.observe(options.onEvent)
  }

  /** Tells a listener too, until the returned function is called. */
  observe(hear: (event: Event) => void): () => void {
    const listener = { hear }
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  tell(event: Event): void {
    const fault = faultOfEvent(event)
    if (fault !== undefined) this.#faults.report(fault)
    for (const { hear } of this.#listeners) {
      callListener(
        () => hear(event),
        (thrown) => this.#faults.report(listenerFault(event.type, portableError(thrown))),
      )
    }
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
