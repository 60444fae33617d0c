/** A number of a vector file: a JSON number up to 2^53, decimal text above. */
export type FileInteger = number | string

export interface EconomicsFile {
  readonly name: string
  readonly description: string
  readonly cases: readonly { readonly input: never; readonly expected: unknown }[]
}

/** Refuses a file that is not `{name, description, cases: [{input, expected}]}` with at least one case. */
export function parseEconomicsFile(fileName: string, content: unknown): EconomicsFile {
  const file = content as EconomicsFile
  const known = ['name', 'description', 'cases']
  const isCase = (item: object): boolean => Object.keys(item).sort().join() === 'expected,input'
  const isUnderstood =
    typeof file === 'object' &&
    file !== null &&
    Object.keys(file).every((key) => known.includes(key)) &&
    Array.isArray(file.cases) &&
    file.cases.length > 0 &&
    file.cases.every(isCase)
  if (!isUnderstood) throw new TypeError(`${fileName} is not an economics vector file.`)
  return file
}

/** Compares integers by value, however they are written: bigint, number, or text in a file. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]))
  }
  return value
}
