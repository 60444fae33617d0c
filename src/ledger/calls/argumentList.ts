import { type Check, listOf, shape } from '../../checks/index.js'
import type { CanonicalValue } from '../../codec/index.js'
import { MAX_BLOCK_CALLS } from '../blockLimits.js'
import type { Field } from './fields.js'

/** The arguments of a call by name, in the order in which they are signed. */
export interface Fields {
  readonly [name: string]: Field<never, unknown>
}

type SurfaceOf<F> = F extends Field<infer Surface, unknown> ? Surface : never

/** Names of the arguments that may be left out. */
type LeftOut<F> = { [K in keyof F]: undefined extends SurfaceOf<F[K]> ? K : never }[keyof F]

type Flat<T> = { [K in keyof T]: T[K] }

/** Arguments as callers pass them. */
export type SurfaceArgs<F> = Flat<
  { -readonly [K in Exclude<keyof F, LeftOut<F>>]: SurfaceOf<F[K]> } & {
    -readonly [K in LeftOut<F>]?: Exclude<SurfaceOf<F[K]>, undefined>
  }
>

/** Arguments as the ledger reads them: accounts by id. */
export type InnerArgs<F> = { readonly [K in keyof F]: F[K] extends Field<never, infer Inner> ? Inner : never }

/** What callers pass for arguments, in the order in which they are signed, and back. */
export interface ArgumentList<F extends Fields> {
  readonly check: Check
  /** Of arguments that fit `check`. */
  encode(args: object): CanonicalValue
  /** `undefined` when they are malformed. */
  decode(value: CanonicalValue): InnerArgs<F> | undefined
  /** As how many calls a block counts what `decode` takes: the entries of a batch, otherwise 1. */
  parts(value: CanonicalValue): number
}

export function argumentList<F extends Fields>(fields: F): ArgumentList<F> {
  const entries = Object.entries<Field<unknown, unknown>>(fields)
  return {
    check: shape(Object.fromEntries(entries.map(([name, field]) => [name, field.check]))),
    encode: (args) => {
      const byName = args as { readonly [name: string]: unknown }
      return entries.map(([name, field]) => field.encode(byName[name]))
    },
    decode(value) {
      if (!Array.isArray(value) || value.length !== entries.length) return undefined
      const args: { [name: string]: unknown } = {}
      for (const [index, [name, field]] of entries.entries()) {
        args[name] = field.decode(value[index])
        if (args[name] === undefined) return undefined
      }
      return args as InnerArgs<F>
    },
    parts(value) {
      const lengths = entries.map(([, { isBatch }], index) => {
        const list = isBatch === true && Array.isArray(value) ? value[index] : undefined
        return Array.isArray(list) ? list.length : 0
      })
      return Math.max(1, ...lengths)
    },
  }
}

/** A list of entries with the same arguments each: a batch, which a block counts as so many calls. It has no more than a block takes. */
export function entriesField<F extends Fields>(
  fields: F,
  max: number = MAX_BLOCK_CALLS,
): Field<readonly SurfaceArgs<F>[], readonly InnerArgs<F>[]> {
  const list = argumentList(fields)
  return {
    type: 'readonly object[]',
    holds: `list of at most ${max} entries`,
    isBatch: true,
    parts: fields,
    check: listOf(list.check, { max }),
    encode: (entries) => entries.map((entry) => list.encode(entry as object)),
    decode(value) {
      if (!Array.isArray(value) || value.length > max) return undefined
      const entries: InnerArgs<F>[] = []
      for (const part of value) {
        const entry = list.decode(part)
        if (entry === undefined) return undefined
        entries.push(entry)
      }
      return entries
    },
  }
}
