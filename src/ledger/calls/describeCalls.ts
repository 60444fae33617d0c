import type { RefusalName } from '../refusals/refuse.js'
import { CALL_TABLE, type CallName } from './callTable.js'
import type { CallDefinition } from './defineCall.js'
import type { ArgumentWords } from './fields.js'

/** An argument of a call in words. */
export interface ArgumentDescription {
  /** `entries[].netuid` is what each entry of the list `entries` has. */
  readonly name: string
  /** As callers write it. */
  readonly type: string
  /** Whether it may be left out. */
  readonly isOptional: boolean
  /** What it may be: bounds and unit, and what it is when left out. */
  readonly holds: string
  /** What it means, and what `null` means where it may be that. */
  readonly says: string
}

/** A call in words, as the docs show it. */
export interface CallDescription {
  readonly name: CallName
  /** What it does. */
  readonly does: string
  readonly signedBy: string
  /** In the order in which they are signed. */
  readonly args: readonly ArgumentDescription[]
  /** Why it may be refused, in the order of its checks; `describeRefusals` has each of them in words. */
  readonly refuses: readonly RefusalName[]
}

/**
 * Every call of a chain in words: what it does, who signs it, its arguments and why it may be refused.
 *
 * @example
 * ```ts
 * import { describeCalls } from 'subnetkit/ledger'
 *
 * const moveStake = describeCalls().find(({ name }) => name === 'moveStake')
 * moveStake?.args.map(({ name }) => name) // ['fromHotkey', 'toHotkey', 'fromNetuid', 'toNetuid', 'amountAlpha']
 * ```
 */
export function describeCalls(): readonly CallDescription[] {
  return Object.entries<CallDefinition>(CALL_TABLE).map(([name, { does, signedBy, fields, refuses }]) => ({
    name: name as CallName,
    does,
    signedBy,
    args: argumentsOf('', fields),
    refuses: [...new Set(refuses)],
  }))
}

function argumentsOf(
  before: string,
  fields: { readonly [name: string]: ArgumentWords },
): ArgumentDescription[] {
  return Object.entries(fields).flatMap(
    ([own, { type, holds, says = '', isOptional = false, parts = {} }]) => {
      const name = `${before}${own}`
      return [{ name, type, isOptional, holds, says }, ...argumentsOf(`${name}[].`, parts)]
    },
  )
}
