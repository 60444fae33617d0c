import { BaseError } from '../errors/index.js'

/** `runNeuronProcess` was called in a process that no `ProcessNetwork` started. */
export class NotSpawnedError extends BaseError {
  override readonly name = 'NotSpawnedError'
  readonly code = 'NotSpawned'

  constructor() {
    super('This process was not started by a ProcessNetwork.', {
      hints: [
        'Name this module in ProcessNetwork.start; to run a neuron by hand, use Miner.join or Validator.',
      ],
      docsPath: 'errors#not-spawned',
    })
  }
}

/** What a neuron's process died of, with the name, the message and the stack that it had there; only ever a `cause`. */
export class NeuronProcessError extends BaseError {
  override readonly name = 'NeuronProcessError'
  readonly code = 'NeuronProcess'
  /** Name of the error there. */
  readonly errorName: string

  constructor(details: { name: string; message: string; stack: string }) {
    super(`${details.name}: ${details.message}`, { docsPath: 'errors#neuron-process' })
    this.errorName = details.name
    this.stack = details.stack
  }
}

/** A neuron's process ended, or took too long, before its neuron was ready. */
export class NeuronStartError extends BaseError {
  override readonly name = 'NeuronStartError'
  readonly code = 'NeuronStart'
  /** The neuron's name. */
  readonly neuron: string
  /** Last lines the process wrote. */
  readonly lastLines: readonly string[]

  /** @param details.cause - what the process said it died of, its stack included. */
  constructor(details: {
    neuron: string
    why: string
    lastLines: readonly string[]
    cause?: NeuronProcessError | undefined
  }) {
    const { neuron, why, lastLines, cause } = details
    const wrote = lastLines.length === 0 ? 'It wrote nothing.' : `It wrote: ${lastLines.join(' | ')}`
    super(`The process of ${neuron} did not get ready: ${why}.`, {
      hints: [cause === undefined ? wrote : 'Its own error is the cause, with its stack.'],
      docsPath: 'errors#neuron-start',
      ...(cause === undefined ? {} : { cause }),
    })
    this.neuron = neuron
    this.lastLines = lastLines
  }
}
