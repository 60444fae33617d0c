import type { KeyScheme } from '../crypto/index.js'
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

/** Child to parent. */
export type ChildMessage =
  /** The child is listening: send its config. */
  | { readonly type: 'hello' }
  /** The neuron serves or follows. */
  | { readonly type: 'ready' }
  | { readonly type: 'event'; readonly event: MinerEvent | ValidatorEvent }
  /** The neuron cannot go on; the process ends. */
  | { readonly type: 'failed'; readonly message: string }

/** Parent to child. */
export interface ConfigMessage {
  readonly type: 'config'
  readonly config: NeuronConfig
}

/** Whether something that came over the channel is a message of the other end, and not of another library. */
export function isMessage(value: unknown): value is ChildMessage | ConfigMessage {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
