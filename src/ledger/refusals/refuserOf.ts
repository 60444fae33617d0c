import { check, plainObject } from '../../checks/index.js'
import { InvalidArgumentError } from '../../errors/index.js'
import { type DataOfKind, type RefusalKinds, say } from './reason.js'

/** A refusal by its name, which says what `data` holds: compare it, and the data has its type. */
export type RefusalIn<T extends RefusalKinds, N extends keyof T> = N extends keyof T
  ? {
      /** The reference chain's name where it has one, such as `NotEnoughBalanceToStake`. */
      readonly error: N
      /** The values that decided. Amounts are bigints. */
      readonly data: DataOfKind<T[N]>
      /** What is wrong, in one sentence with the values; not part of any hash. */
      readonly detail: string
      /** What to do about it, in a full sentence; not part of any hash. */
      readonly remedy: string
    }
  : never

/** Those of some names whose data is not that of all of them. */
type Apart<T extends RefusalKinds, N extends keyof T> = {
  [One in N]: [DataOfKind<T[N]>] extends [DataOfKind<T[One]>] ? never : One
}[N]

/** Nothing more than a name is given where there is no data. One of several names is given only where all have the same data. */
type GivenFor<T extends RefusalKinds, N extends keyof T> = [Apart<T, N>] extends [never]
  ? keyof DataOfKind<T[N]> extends never
    ? []
    : [data: DataOfKind<T[N]>]
  : [data: never]

/** Says no by a name of a table. */
export type Refuser<T extends RefusalKinds> = <const N extends keyof T & string>(
  error: N,
  ...data: GivenFor<T, N>
) => RefusalIn<T, N>

/** Makes refusals of a table: the sentences follow from the data. */
export function refuserOf<T extends RefusalKinds>(table: T): Refuser<T> {
  const refuse = (error: string, data: { readonly [field: string]: unknown } = {}) => {
    const kind = typeof error === 'string' && Object.hasOwn(table, error) ? table[error] : undefined
    if (kind === undefined) {
      throw new InvalidArgumentError({
        field: 'error',
        value: error,
        remedy: 'Name a refusal of `docs/refusals.md`.',
      })
    }
    check('data', plainObject, data)
    const told = writable(data)
    return { error, data: told, ...say(kind, told) }
  }
  return refuse as unknown as Refuser<T>
}

/** Numbers that blocks can be written with: sums with settings of owners may pass the largest of them, and are told as the largest then. */
function writable(data: { readonly [field: string]: unknown }): { readonly [field: string]: unknown } {
  const isTooLarge = (value: unknown): boolean => typeof value === 'number' && value > Number.MAX_SAFE_INTEGER
  if (!Object.values(data).some(isTooLarge)) return data
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [
      field,
      isTooLarge(value) ? Number.MAX_SAFE_INTEGER : value,
    ]),
  )
}
