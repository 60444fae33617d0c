import type { LedgerEvent, LedgerEventName } from '../../src/ledger/index.js'

type Named<N extends LedgerEventName> = Extract<LedgerEvent, { readonly name: N }>

/** The events of one name, in order. */
export function eventsOf<N extends LedgerEventName>(events: readonly LedgerEvent[], name: N): Named<N>[] {
  return events.filter((event): event is Named<N> => event.name === name)
}
