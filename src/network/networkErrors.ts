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

/** A neuron's process ended, or took too long, before its neuron was ready. */
export class NeuronStartError extends BaseError {
  override readonly name = 'NeuronStartError'
  readonly code = 'NeuronStart'
  /** The neuron's name. */
  readonly neuron: string
  /** Last lines the process wrote. */
  readonly lastLines: readonly string[]

  constructor(details: { neuron: string; why: string; lastLines: readonly string[] }) {
    super(`The process of ${details.neuron} did not get ready: ${details.why}.`, {
      hints: [
        details.lastLines.length === 0 ? 'It wrote nothing.' : `It wrote: ${details.lastLines.join(' | ')}`,
      ],
      docsPath: 'errors#neuron-start',
    })
    this.neuron = details.neuron
    this.lastLines = details.lastLines
  }
}
