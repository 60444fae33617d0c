import type { Preset } from '../chain/index.js'
import type { KeyScheme } from '../crypto/index.js'
import type { Logger } from '../log/index.js'
import type { Rao } from '../units/index.js'
import type { NeuronRole } from './accounts.js'
import type { ProcessExit } from './NeuronProcess.js'
import type { NeuronEvent } from './processProtocol.js'

/** A neuron that runs in a process of its own. */
export interface ProcessSpec {
  readonly name: string
  readonly role: NeuronRole
  /** Whose it is: neurons of one owner have one coldkey, those of `'owner'` that of the subnet's. Default: its own. */
  readonly owner?: string
  /** JavaScript module that calls `runNeuronProcess`: a file URL or a path. */
  readonly module: URL | string
  /** Handed to the module; anything that can be structured-cloned. */
  readonly options?: unknown
  /** TAO that it stakes on the subnet; validators only. Default 2,000. */
  readonly stakeRao?: Rao
  /** How many times it is started again after it ended by itself. Default 0. */
  readonly restarts?: number
}

/** What a neuron of a process network tells, with its name. */
export type ProcessEvent = {
  readonly neuron: string
} /** What the neuron tells; a validator under a further mechanism says under which. */ & (
  | NeuronEvent
  | { readonly type: 'started'; readonly pid: number }
  /** A line that the process wrote to its standard output or error. */
  | { readonly type: 'line'; readonly line: string }
  | ({ readonly type: 'ended'; readonly restarts: boolean } & ProcessExit)
)

/** How a network of processes is put together. */
export interface ProcessNetworkOptions {
  readonly neurons: readonly ProcessSpec[]
  /** Mechanisms of the subnet. Default 1. The modules of validators name those after the first as `furtherMechanisms`. */
  readonly mechanisms?: number
  /** Keys, and through the first block's hash the tasks, come from it. Default "subnetkit". */
  readonly seed?: string
  /** Default: `localnetPreset` with as many validator permits as validators. Its endowed accounts keep their money. */
  readonly preset?: Preset
  /** Default: the preset's. */
  readonly blockMs?: number
  /** How weights are locked to a time on its chain: by default `'plain'`, which hides nothing, so validators hide them by hashes of their own. */
  readonly timelock?: 'beacon' | 'plain'
  /** Where the chain's node listens. Default 127.0.0.1, any free port. */
  readonly host?: string
  readonly port?: number
  readonly scheme?: KeyScheme
  /** Folder in which validators keep their memory, one file each. Default: none is kept. */
  readonly stateFolder?: string
  /** Folder in which validators keep the records of their rounds: for each a folder of its name with files `BLOCK-INDEX.round`, the newest gigabyte of them. Default: none is kept. */
  readonly roundsFolder?: string
  /** Flags for Node in each process. Default: those of this one, without those of a debugger, which serves one process. */
  readonly execArgv?: readonly string[]
  /** Ends the start, and with it everything that was started. */
  readonly signal?: AbortSignal
  /** How long a process may take to get ready. Default 30,000. */
  readonly startMs?: number
  /** How long a process may take to end before it is killed. Default 3,000. */
  readonly stopMs?: number
  /** Where faults are said, each once for the whole network and then with its count. Default: `stderrLogger()`. */
  readonly logger?: Logger
  /** Is told what happens. */
  readonly onEvent?: (event: ProcessEvent) => void
}
