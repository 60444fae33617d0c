import { placeOf, portableError } from '../errors/index.js'
import { callListener, FaultLog, type Logger, stderrLogger } from '../log/index.js'
import { faultOfEvent, type MinerEvent, type ValidatorEvent } from '../neuron/index.js'

/** An event of one neuron, with its name. */
type NamedEvent = { readonly neuron: string; readonly type: string }

/** How events reach people. */
export interface NetworkReporterOptions<Event extends NamedEvent> {
  readonly logger: Logger | undefined
  readonly onEvent: ((event: Event) => unknown) | undefined
}

/** Hands the events of all neurons of a network to its owner, and says each fault once, whichever neurons have it. */
export class NetworkReporter<Event extends NamedEvent> {
  readonly #faults: FaultLog
  readonly #options: NetworkReporterOptions<Event>

  constructor(options: NetworkReporterOptions<Event>) {
    this.#options = options
    this.#faults = new FaultLog(options.logger ?? stderrLogger())
  }

  /** @param fault - what the event tells of a fault, for those that are no neuron's own or come from another process. */
  tell(event: Event, fault = faultOfEvent(event as unknown as MinerEvent | ValidatorEvent)): void {
    const { neuron } = event
    if (fault !== undefined) this.#faults.report({ ...fault, fields: { neuron, ...fault.fields } })
    callListener(
      () => this.#options.onEvent?.(event),
      (thrown) => this.#listenerFailed(event, thrown),
    )
  }

  /** Says how often each fault came. */
  close(): void {
    this.#faults.close()
  }

  /** A listener that throws breaks nothing but itself. */
  #listenerFailed({ neuron, type }: NamedEvent, thrown: unknown): void {
    const err = portableError(thrown)
    this.#faults.report({
      cause: `onEvent ${err.name} ${placeOf(err)}`,
      message: `The function onEvent of the network threw ${err.name}: ${err.message}. The network goes on; mend the function.`,
      fields: { neuron, event: type, err },
    })
  }
}
