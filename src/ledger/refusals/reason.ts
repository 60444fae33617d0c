import { InvalidArgumentError } from '../../errors/index.js'
import { type Alpha, describeRao, formatTao, type Rao } from '../../units/index.js'
import type { DataOf, EventField } from '../events.js'

/** The fields of a refusal's data by name: the kinds that events have. */
export interface ReasonFields {
  readonly [field: string]: EventField<unknown>
}

/** Why something is refused: the data, and what a person is told. `{field}` stands for a field of the data. */
export interface Reason<F extends ReasonFields = ReasonFields> {
  readonly data: F
  /** One sentence: what is wrong, with the values. */
  readonly says: string
  /** A full sentence: what whoever was refused does about it. */
  readonly remedy: string
}

/** One name for several reasons, of which the field `because` of the data names one. */
export interface Reasons<R extends { readonly [because: string]: Reason }> {
  readonly because: R
}

/** What a table of refusals holds by name. */
export type RefusalKind = Reason | Reasons<{ readonly [because: string]: Reason }>

/** Refusals by name. */
export interface RefusalKinds {
  readonly [name: string]: RefusalKind
}

/** The data of a refusal: of several reasons a union, told apart by `because`. */
export type DataOfKind<K> =
  K extends Reasons<infer R>
    ? { readonly [B in keyof R]: Flat<{ readonly because: B } & DataOf<R[B]['data']>> }[keyof R]
    : K extends Reason<infer F>
      ? DataOf<F>
      : never

type Flat<T> = { readonly [P in keyof T]: T[P] }

/** The fields that a text names. */
type Named<Text extends string> = Text extends `${string}{${infer Field}}${infer Rest}`
  ? Field | Named<Rest>
  : never

/** A text, if all that it names are fields. */
type Naming<Text extends string, F> =
  Named<Text> extends keyof F ? Text : `{${Exclude<Named<Text>, keyof F & string>}} is no field of the data`

/** Declares why something is refused. A text that names what is no field does not compile. */
export function reason<
  const F extends ReasonFields,
  const Says extends string,
  const Remedy extends string,
>(parts: {
  readonly data: F
  readonly says: Says & Naming<Says, F>
  readonly remedy: Remedy & Naming<Remedy, F>
}): Reason<F> {
  return parts
}

/** Declares a name that stands for several reasons. */
export function reasons<const R extends { readonly [because: string]: Reason }>(because: R): Reasons<R> {
  return { because }
}

/** The sentences of a refusal with its values. */
export function say(
  kind: RefusalKind,
  data: { readonly [field: string]: unknown },
): { readonly detail: string; readonly remedy: string } {
  const { data: fields, says, remedy } = reasonOf(kind, data)
  const given = 'because' in kind ? { because: undefined, ...fields } : fields
  const names = new Set([...Object.keys(given), ...Object.keys(data)])
  for (const name of names) {
    if (Object.hasOwn(given, name) && Object.hasOwn(data, name)) continue
    const wanted = `Give exactly ${Object.keys(given).join(', ') || 'nothing'}.`
    throw new InvalidArgumentError({ field: `data.${name}`, value: data[name], remedy: wanted })
  }
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, field: string) => textOf(fields[field], data[field]))
  return { detail: filled(says), remedy: filled(remedy) }
}

function reasonOf(kind: RefusalKind, data: { readonly [field: string]: unknown }): Reason {
  if (!('because' in kind)) return kind
  const { because } = data
  if (typeof because === 'string' && Object.hasOwn(kind.because, because))
    return kind.because[because] as Reason
  const remedy = `Give one of ${Object.keys(kind.because).join(', ')}.`
  throw new InvalidArgumentError({ field: 'data.because', value: because, remedy })
}

function textOf(field: EventField<unknown> | undefined, value: unknown): string {
  if (value === null) return 'none'
  if (field?.holds.startsWith('Rao') === true) return describeRao(value as Rao)
  return field?.holds.startsWith('Alpha') === true ? describeAlpha(value as Alpha) : String(value)
}

/** Amounts from here on are more than anybody reads at a glance as units. */
const MANY_UNITS = 1_000_000n

function describeAlpha(amountAlpha: Alpha): string {
  return amountAlpha < MANY_UNITS
    ? `${amountAlpha} units of alpha`
    : `${formatTao(amountAlpha)} alpha (${amountAlpha} units)`
}
