import { type Check, optional, shape } from '../../checks/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { RecentBlocks } from '../block/RecentBlocks.js'

/** What a question is answered from. */
export interface QueryContext extends Pick<BlockContext, 'state' | 'config' | 'rules' | 'scheduler'> {
  readonly recent: RecentBlocks
}

/** One argument of a query: what it must be, and whether it may be left out. */
export interface Argument<T, IsOptional extends boolean = boolean> {
  readonly check: Check
  readonly isOptional: IsOptional
  /** Its type; there is never a value here. */
  readonly type?: T
}

type Arguments = { readonly [name: string]: Argument<unknown> }

type TypeOf<A> = A extends Argument<infer T> ? T : never

/** What callers pass for these arguments. */
export type ArgsOf<A extends Arguments> = keyof A extends never
  ? Record<string, never>
  : Flat<
      { readonly [N in keyof A as A[N] extends Argument<unknown, false> ? N : never]: TypeOf<A[N]> } & {
        readonly [N in keyof A as A[N] extends Argument<unknown, false> ? never : N]?: TypeOf<A[N]>
      }
    >

type Flat<T> = { readonly [N in keyof T]: T[N] }

/** A read-only question to the state at the head. */
export interface QueryDefinition<Args, Answer> {
  /** What it must be asked with. */
  readonly argsShape: Check
  answer(context: QueryContext, args: Args): Answer
}

/**
 * Declares a query by its arguments and its answer. An entry in `QUERIES` is all that a new one needs: name, types, checks and the
 * way over a socket follow from it.
 */
export function defineQuery<const A extends Arguments, Answer>(
  args: A,
  answer: (context: QueryContext, args: ArgsOf<A>) => Answer,
): QueryDefinition<ArgsOf<A>, Answer> {
  const checks = Object.entries(args).map(([name, { check }]): [string, Check] => [name, check])
  return { argsShape: shape(Object.fromEntries(checks)), answer }
}

/** An argument that must be there. */
export function argument<T>(check: Check): Argument<T, false> {
  return { check, isOptional: false }
}

/** The same argument where it may be left out. */
export function leftOut<T>({ check }: Argument<T>): Argument<T, true> {
  return { check: optional(check), isOptional: true }
}
