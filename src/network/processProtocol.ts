import type { KeyScheme } from '../crypto/index.js'
import type { Fault } from '../log/index.js'
import type { MinerEvent, ValidatorEvent } from '../neuron/index.js'
import type { Netuid } from '../units/index.js'
import type { NeuronRole } from './accounts.js'

/** What a process is told to be. Travels over the channel between parent and child, never on a command line. */
export interface NeuronConfig {
  readonly name: string
  readonly role: NeuronRole
  readonly scheme: KeyScheme
  /** 32 bytes from which the hotkey is made. */
  readonly hotkeySeed: Uint8Array
  readonly chainUrl: string
  readonly netuid: Netuid
  /** File in which a validator keeps its memory; `null` for none. */
  readonly storePath: string | null
  /** As given in the network's options. */
  readonly options: unknown
}

/** An error that ended a child, as it travels. */
export interface ChildError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** Child to parent. */
export type ChildMessage =
  /** The child is listening: send its config. */
  | { readonly type: 'hello' }
  /** The neuron serves or follows. */
  | { readonly type: 'ready' }
  /** What happened, and what it tells a person: errors lose their class on the way. */
  | {
      readonly type: 'event'
      readonly event: MinerEvent | ValidatorEvent
      readonly fault: Fault | undefined
    }
  /** The neuron cannot go on; the process ends. */
  | { readonly type: 'failed'; readonly error: ChildError }

/** Parent to child. */
export interface ConfigMessage {
  readonly type: 'config'
  readonly config: NeuronConfig
}

/** Whether something that came over the channel is a message of the other end, and not of another library. */
export function isMessage(value: unknown): value is ChildMessage | ConfigMessage {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
