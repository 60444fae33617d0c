import { InvalidArgumentError, printable, ShapeError } from '../errors/index.js'
import { U16_MAX } from '../units/index.js'
import type { AxonInfo, MatrixEntry } from './types.js'

/** Longest part of an unknown field's name that is shown. */
const NAME_LIMIT = 60

/** Reads checked fields of an untrusted JSON object; every error names the field by its path. */
export class JsonReader {
  readonly #object: { readonly [name: string]: unknown }
  readonly #path: string

  /** @param known - the fields that it may have; any other is refused. */
  constructor(data: unknown, path: string, known: readonly string[]) {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      throw new InvalidArgumentError({ field: path, value: data, remedy: 'Pass a JSON object.' })
    }
    this.#object = data as { readonly [name: string]: unknown }
    this.#path = path
    const other = Object.keys(data).find((name) => !known.includes(name))
    if (other !== undefined) {
      const shown = printable(other, NAME_LIMIT)
      this.#refuse(shown, this.#object[other], `Leave it out; known are ${known.join(', ')}.`)
    }
  }

  literal(name: string, expected: string): void {
    const value = this.#object[name]
    if (value !== expected) this.#refuse(name, value, `Pass ${JSON.stringify(expected)}.`)
  }

  integer(name: string, largest: number): number {
    return this.#checkedInteger(name, this.#object[name], largest)
  }

  has(name: string): boolean {
    return this.#object[name] !== undefined
  }

  optionalInteger(name: string, largest: number): number | null {
    return this.#object[name] === null ? null : this.integer(name, largest)
  }

  integers(name: string, length: number, largest: number): number[] {
    return this.#list(name, length).map((value, at) => this.#checkedInteger(`${name}[${at}]`, value, largest))
  }

  /** Finite, non-negative numbers. */
  numbers(name: string, length: number, largest: number): number[] {
    return this.#list(name, length).map((value, at) => this.#checkedNumber(`${name}[${at}]`, value, largest))
  }

  booleans(name: string, length: number): boolean[] {
    return this.#list(name, length).map((value, at) => {
      if (typeof value !== 'boolean') this.#refuse(`${name}[${at}]`, value, 'Pass true or false.')
      return value as boolean
    })
  }

  texts(name: string, length: number): string[] {
    return this.#list(name, length).map((value, at) => {
      if (typeof value !== 'string') this.#refuse(`${name}[${at}]`, value, 'Pass text.')
      return value as string
    })
  }

  amounts(name: string, length: number, largest: bigint): bigint[] {
    return this.texts(name, length).map((text, at) => {
      // Without leading zeros: they would not be written again.
      const fits = /^(?:0|[1-9]\d{0,19})$/.test(text) && BigInt(text) <= largest
      if (!fits) this.#refuse(`${name}[${at}]`, text, `Pass a whole number from 0 to ${largest} as text.`)
      return BigInt(text)
    })
  }

  axons(name: string, length: number): (AxonInfo | null)[] {
    return this.#list(name, length).map((value, at) => {
      if (value === null) return null
      const field = `${this.#path}.${name}[${at}]`
      const axon = new JsonReader(value, field, ['host', 'port'])
      const host = axon.#object.host
      if (typeof host !== 'string') axon.#refuse('host', host, 'Pass a host name or address.')
      return Object.freeze({ host: host as string, port: axon.integer('port', U16_MAX) })
    })
  }

  /** Rows of [uid, u16] pairs. */
  matrix(name: string, length: number): MatrixEntry[][] {
    return this.#list(name, length).map((row, i) =>
      this.pairs(`${name}[${i}]`, row).map(([uid, value], k): MatrixEntry => {
        const field = `${name}[${i}][${k}]`
        return [
          this.#checkedInteger(`${field}[0]`, uid, U16_MAX),
          this.#checkedInteger(`${field}[1]`, value, U16_MAX),
        ]
      }),
    )
  }

  /** Checks that a value is a list of pairs of numbers, the first a u16. */
  pairs(field: string, value: unknown): [number, number][] {
    if (!Array.isArray(value)) return this.#refuse(field, value, 'Pass a list of [uid, value] pairs.')
    return Array.from<unknown, [number, number]>(value, (pair, k) => {
      if (!Array.isArray(pair) || pair.length !== 2)
        return this.#refuse(`${field}[${k}]`, pair, 'Pass [uid, value].')
      const uid = this.#checkedInteger(`${field}[${k}][0]`, pair[0], U16_MAX)
      return [uid, this.#checkedNumber(`${field}[${k}][1]`, pair[1], Number.MAX_VALUE)]
    })
  }

  /** The raw list under a name, any length. */
  list(name: string): readonly unknown[] {
    const value = this.#object[name]
    // A copy without holes: methods of lists pass them over.
    return Array.isArray(value) ? Array.from<unknown>(value) : this.#refuse(name, value, 'Pass a list.')
  }

  value(name: string): unknown {
    return this.#object[name]
  }

  #list(name: string, length: number): readonly unknown[] {
    const value = this.list(name)
    if (value.length !== length) {
      throw new ShapeError({
        field: `${this.#path}.${name}`,
        expectedLength: length,
        actualLength: value.length,
      })
    }
    return value
  }

  #checkedInteger(field: string, value: unknown, largest: number): number {
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest
    // Minus zero would be written as 0.
    if (fits && !Object.is(value, -0)) return value
    return this.#refuse(field, value, `Pass a whole number from 0 to ${largest}.`)
  }

  #checkedNumber(field: string, value: unknown, largest: number): number {
    if (typeof value === 'number' && value >= 0 && value <= largest) return value
    const to = largest === Number.MAX_VALUE ? ', 0 or more' : ` from 0 to ${largest}`
    return this.#refuse(field, value, `Pass a finite number${to}.`)
  }

  #refuse(field: string, value: unknown, remedy: string): never {
    throw new InvalidArgumentError({ field: `${this.#path}.${field}`, value, remedy })
  }
}
