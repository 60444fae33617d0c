import {
  type Check,
  custom,
  durationMs,
  eitherOf,
  func,
  host,
  listOf,
  logger,
  oneOf,
  optional,
  port,
  rao,
  shape,
  signal,
  text,
  wholeNumber,
} from '../checks/index.js'
import { anyPreset, neuronName } from './localNetworkShape.js'
import type { ProcessNetworkOptions, ProcessSpec } from './processSpecs.js'

/** Data of the user's own. */
const anything: Check = custom('Pass anything that can be cloned.', () => true)

const processShape = shape<ProcessSpec>({
  name: neuronName,
  role: oneOf(['miner', 'validator']),
  owner: optional(neuronName),
  module: eitherOf('Pass the file URL or the path of a JavaScript module.', [
    text({ min: 1 }),
    custom('', (value) => value instanceof URL && value.protocol === 'file:'),
  ]),
  options: optional(anything),
  stakeRao: optional(rao({ min: 1n })),
  restarts: optional(wholeNumber()),
})

/** As many as an owner may ever set. */
const MOST_MECHANISMS = 16

/** What the options of a `ProcessNetwork` must be. */
export const processNetworkShape = shape<ProcessNetworkOptions>({
  neurons: listOf(processShape, { min: 1 }),
  mechanisms: optional(wholeNumber({ min: 1, max: MOST_MECHANISMS })),
  seed: optional(text()),
  preset: optional(anyPreset),
  blockMs: optional(durationMs()),
  timelock: optional(oneOf(['beacon', 'plain'])),
  host: optional(host),
  port: optional(port({ min: 0 })),
  scheme: optional(oneOf(['sr25519', 'ed25519'])),
  stateFolder: optional(text({ min: 1 })),
  roundsFolder: optional(text({ min: 1 })),
  execArgv: optional(listOf(text())),
  signal: optional(signal),
  startMs: optional(durationMs({ min: 1 })),
  stopMs: optional(durationMs()),
  logger: optional(logger),
  onEvent: optional(func),
})

export const endingSignal = oneOf(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGSEGV'])
