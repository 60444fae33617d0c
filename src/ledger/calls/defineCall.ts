import { type Check, shape } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AccountId } from '../state/account.js'
import type { CallArgs, CallName, Refusal } from '../types.js'
import type { Field } from './fields.js'

/** The fields of a call in the order in which they are signed. */
export type FieldsOf<N extends CallName> = {
  readonly [K in keyof CallArgs[N]]: Field<CallArgs[N][K], unknown>
}

/** Arguments as the ledger reads them: accounts by id. */
export type InnerArgs<F> = { readonly [K in keyof F]: F[K] extends Field<never, infer Inner> ? Inner : never }

/** A call with its arguments read: nothing left but to run it. */
export type ReadyCall = (context: BlockContext, signer: AccountId) => Refusal | null

/** A kind of call, with the types of its arguments hidden. */
export interface CallDefinition<N extends CallName = CallName> {
  readonly name: N
  /** Whether only tests may make it. */
  readonly isOfTests: boolean
  /** What callers pass. */
  readonly argsShape: Check
  /** Of arguments that fit `argsShape`. */
  encodeArgs(args: CallArgs[N]): CanonicalValue
  /** `undefined` when the arguments are malformed. */
  read(args: CanonicalValue): ReadyCall | undefined
}

/**
 * Defines a call by its fields and what it does. `apply` returns why it refuses, or `null`; whatever it changed
 * before a refusal is undone by the caller.
 */
export function defineCall<N extends CallName, F extends FieldsOf<N>>(definition: {
  readonly name: N
  readonly isOfTests?: boolean
  readonly fields: F
  readonly apply: (context: BlockContext, signer: AccountId, args: InnerArgs<F>) => Refusal | null
}): CallDefinition<N> {
  const fields = Object.entries(definition.fields) as [string, Field<unknown, unknown>][]
  return {
    name: definition.name,
    isOfTests: definition.isOfTests ?? false,
    argsShape: shape(Object.fromEntries(fields.map(([name, field]) => [name, field.check]))),
    encodeArgs: (args) =>
      fields.map(([name, field]) => field.encode((args as { readonly [key: string]: unknown })[name])),
    read(value) {
      if (!Array.isArray(value) || value.length !== fields.length) return undefined
      const args: { [name: string]: unknown } = {}
      for (const [index, [name, field]] of fields.entries()) {
        args[name] = field.decode(value[index])
        if (args[name] === undefined) return undefined
      }
      return (context, signer) => definition.apply(context, signer, args as InnerArgs<F>)
    },
  }
}
