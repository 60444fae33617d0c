import type { Check } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import type { BlockContext, RefusalOf } from '../BlockContext.js'
import type { EventKinds, NoEvents } from '../events.js'
import type { SwapStage } from '../keys/whyFrozen.js'
import type { RefusalName } from '../refusals/refuse.js'
import type { AccountId } from '../state/account.js'
import { argumentList, type Fields, type InnerArgs } from './argumentList.js'

/** A call with its arguments read: nothing left but to run it. */
export type ReadyCall<E extends EventKinds, R extends RefusalName> = (
  context: BlockContext<E>,
  signer: AccountId,
) => RefusalOf<R> | null

/** A kind of call. */
export interface CallDefinition<
  F extends Fields = Fields,
  E extends EventKinds = EventKinds,
  R extends RefusalName = RefusalName,
> {
  /** What it does, in full sentences. `docs/calls.md` shows them. */
  readonly does: string
  /** Whose signature it takes. */
  readonly signedBy: string
  readonly fields: F
  /** What it records, besides what it shares with the steps of a block. */
  readonly events: E
  /** Why it may be refused, in the order of its checks. */
  readonly refuses: readonly R[]
  /** Whether only tests may make it. */
  readonly isOfTests: boolean
  /** What of its signer's coldkey swap may go on while it is made. */
  readonly duringColdkeySwap: SwapStage
  /** What callers pass. */
  readonly argsShape: Check
  /** Of arguments that fit `argsShape`. */
  encodeArgs(args: object): CanonicalValue
  /** `undefined` when the arguments are malformed. */
  read(args: CanonicalValue): ReadyCall<E, R> | undefined
  /** As how many calls a block counts arguments that can be read: the entries of a batch, otherwise 1. */
  parts(args: CanonicalValue): number
}

/**
 * Defines a call by what it says of itself, its fields, its events, its refusals and its effect. `apply` returns why it refuses, or `null`; whatever it changed
 * before a refusal is undone by the caller. It can record and return only what is declared.
 */
export function defineCall<
  F extends Fields,
  const R extends RefusalName,
  E extends EventKinds = NoEvents,
>(definition: {
  readonly does: string
  readonly signedBy: string
  readonly isOfTests?: boolean
  readonly duringColdkeySwap?: SwapStage
  readonly fields: F
  readonly events?: E
  readonly refuses: readonly R[]
  readonly apply: (
    context: BlockContext<NoInfer<E>>,
    signer: AccountId,
    args: InnerArgs<NoInfer<F>>,
  ) => RefusalOf<NoInfer<R>> | null
}): CallDefinition<F, E, R> {
  const { apply, refuses, isOfTests = false, duringColdkeySwap = 'none' } = definition
  const list = argumentList(definition.fields)
  return {
    does: definition.does,
    signedBy: definition.signedBy,
    fields: definition.fields,
    events: definition.events ?? ({} as E),
    refuses,
    isOfTests,
    duringColdkeySwap,
    argsShape: list.check,
    encodeArgs: (args) => list.encode(args),
    parts: (args) => list.parts(args),
    read(value) {
      const args = list.decode(value)
      return args === undefined ? undefined : (context, signer) => apply(context, signer, args)
    },
  }
}
