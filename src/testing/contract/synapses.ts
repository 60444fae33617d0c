import type { StandardSchemaV1 } from '@standard-schema/spec'
import { defineStream, defineSynapse } from '../../synapse/index.js'

/** A schema by hand: this room brings no library of schemas. */
function schemaOf<T>(message: string, fits: (value: unknown) => value is T): StandardSchemaV1<T, T> {
  return {
    '~standard': {
      version: 1,
      vendor: 'subnetkit',
      validate: (value) => (fits(value) ? { value } : { issues: [{ message }] }),
    },
  }
}

/** Two numbers to add. */
export interface Pair {
  readonly a: number
  readonly b: number
}

const number = schemaOf('is no number', (value): value is number => typeof value === 'number')
const anything = schemaOf('is nothing', (value): value is unknown => value !== undefined)
const pair = schemaOf('is no pair of numbers', (value): value is Pair => {
  const { a, b } = (value ?? {}) as Partial<Pair>
  return typeof a === 'number' && typeof b === 'number'
})

export const add = defineSynapse({ name: 'add', request: pair, answer: number })
/** As `add`, of somebody whose schemas take anything. */
export const addAnything = defineSynapse({ name: 'add', request: anything, answer: anything })
export const echo = defineSynapse({ name: 'echo', request: anything, answer: anything })
/** Answered by nobody. */
export const unheardOf = defineSynapse({ name: 'unheard-of', request: anything, answer: anything })
export const count = defineStream({ name: 'count', request: number, chunk: number })
/** As `add`, but a stream. */
export const addStreamed = defineStream({ name: 'add', request: pair, chunk: number })
/** As `count`, of somebody whose schemas take anything. */
export const countAnything = defineStream({ name: 'count', request: anything, chunk: anything })
