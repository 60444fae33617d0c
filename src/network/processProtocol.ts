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
  /** Mechanisms of the subnet. */
  readonly mechanisms: number
  /** File in which a validator keeps its memory; `null` for none. */
  readonly storePath: string | null
  /** Folder for the records of all validators' rounds; `null` for none. */
  readonly roundsFolder: string | null
  /** As given in the network's options. */
  readonly options: unknown
}

/** An error that ended a child, as it travels. */
export interface ChildError {
  readonly name: string
  readonly message: string
  readonly stack: string
}

/** What a neuron tells; under a further mechanism with which one. */
export type NeuronEvent = (MinerEvent | ValidatorEvent) & { readonly mechanismId?: number }

/** Child to parent. */
export type ChildMessage =
  /** The child is listening: send its config. */
  | { readonly type: 'hello' }
  /** The neuron serves or follows. */
  | { readonly type: 'ready' }
  /** What happened, and what it tells a person: errors lose their class on the way. */
  | {
      readonly type: 'event'
      readonly event: NeuronEvent
      readonly fault: Fault | undefined
    }
  /** The neuron's own program called `die`: the process ends now. */
  | { readonly type: 'dying' }
  /** The neuron cannot go on; the process ends. */
  | { readonly type: 'failed'; readonly error: ChildError }

/** Parent to child. */
export interface ConfigMessage {
  readonly type: 'config'
  readonly config: NeuronConfig
}

/** Under this key messages travel: a module may use the channel too, for messages of its own, whatever these look like. */
export const MESSAGE_KEY = 'subnetkit'

/** A message as it goes over the channel. */
export function enveloped(
  message: ChildMessage | ConfigMessage,
): Record<string, ChildMessage | ConfigMessage> {
  return { [MESSAGE_KEY]: message }
}

/** The message of the other end in something that came over the channel; `undefined` for what is none, as another library's. */
export function messageIn(value: unknown): ChildMessage | ConfigMessage | undefined {
  if (typeof value !== 'object' || value === null || !(MESSAGE_KEY in value)) return undefined
  const message: unknown = value[MESSAGE_KEY]
  return isMessage(message) ? message : undefined
}

function isMessage(value: unknown): value is ChildMessage | ConfigMessage {
  if (!isTyped(value)) return false
  switch (value.type) {
    case 'hello':
    case 'ready':
    case 'dying':
      return true
    case 'event':
      return 'event' in value && isTyped(value.event)
    case 'failed':
      return 'error' in value && isChildError(value.error)
    case 'config':
      return 'config' in value && typeof value.config === 'object' && value.config !== null
    default:
      return false
  }
}

function isTyped(value: unknown): value is { readonly type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

function isChildError(value: unknown): value is ChildError {
  if (typeof value !== 'object' || value === null) return false
  const { name, message, stack } = value as Partial<ChildError>
  return [name, message, stack].every((part) => typeof part === 'string')
}
