import type { Address, Alpha, BlockNumber, Coldkey, Hotkey, Netuid, Rao, Uid } from '../units/index.js'

/** What a field of an event holds. Its type is for the compiler; at run time nothing is checked. */
export interface EventField<T> {
  /** Its type in words, as the docs have it. */
  readonly holds: string
  /** Never there: carries the type. */
  readonly type?: T
}

/** Kinds of events by name, each with the fields of its data. */
export interface EventKinds {
  readonly [name: string]: { readonly [field: string]: EventField<unknown> }
}

/** No event. */
export type NoEvents = Record<never, never>

/** The data of a kind of event. */
export type DataOf<Fields> = {
  readonly [F in keyof Fields]: Fields[F] extends EventField<infer T> ? T : never
}

/** Records that something happened; held to the kinds by the compiler alone, since an epoch records hundreds. */
export type Emit<Kinds> = <N extends keyof Kinds & string>(
  name: N,
  netuid: Netuid | null,
  data: DataOf<Kinds[N]>,
) => void

/** Declares a kind of field. */
export function eventField<T>(holds: string): EventField<T> {
  return { holds }
}

/** The kinds that most events are made of. */
export const holds = {
  address: eventField<Address>('Address'),
  hotkey: eventField<Hotkey>('Hotkey'),
  coldkey: eventField<Coldkey>('Coldkey'),
  uid: eventField<Uid>('Uid'),
  netuid: eventField<Netuid>('Netuid'),
  /** Number of a mechanism of the subnet. */
  mechanism: eventField<number>('number'),
  /** Hex, 32 bytes. */
  hash: eventField<string>('hash'),
  block: eventField<BlockNumber>('BlockNumber'),
  rao: eventField<Rao>('Rao'),
  alpha: eventField<Alpha>('Alpha'),
  count: eventField<number>('number'),
  text: eventField<string>('string'),
}
