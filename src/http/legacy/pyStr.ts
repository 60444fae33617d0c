/**
 * How a value is declared in the Python class of a synapse, which decides how it is written: the JSON number 1 is `1` in an `int` and
 * `1.0` in a `float`.
 */
export type PythonType =
  | 'str'
  | 'int'
  | 'float'
  | 'bool'
  | { readonly optional: PythonType }
  | { readonly list: PythonType }
  | { readonly dict: PythonType }

/**
 * What Python's `str()` makes of a value; `undefined` when the value is not of that type, or is a number that JavaScript does not hold
 * exactly.
 *
 * @source spec: `spec/wire-python-interop.md` A5
 */
export function pyStr(value: unknown, type: PythonType): string | undefined {
  // Only what lies within something else is quoted.
  if (typeof type === 'object' && 'optional' in type && value !== null) return pyStr(value, type.optional)
  return type === 'str' && typeof value === 'string' ? value : pyRepr(value, type)
}

function pyRepr(value: unknown, type: PythonType): string | undefined {
  if (typeof type === 'object') return pyReprOfMany(value, type)
  switch (type) {
    case 'str':
      return typeof value === 'string' ? quoted(value) : undefined
    case 'int':
      return typeof value === 'bigint' || Number.isSafeInteger(value)
        ? integer(value as number | bigint)
        : undefined
    case 'float':
      return typeof value === 'number' ? float(value) : undefined
    case 'bool':
      return typeof value === 'boolean' ? (value ? 'True' : 'False') : undefined
  }
}

type Compound = Exclude<PythonType, string>

function pyReprOfMany(value: unknown, type: Compound): string | undefined {
  if ('optional' in type) return value === null ? 'None' : pyRepr(value, type.optional)
  if ('list' in type) {
    if (!Array.isArray(value)) return undefined
    const items = value.map((item) => pyRepr(item, type.list))
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const keys = Object.keys(value)
  // JavaScript moves keys that look like numbers to the front: the order in which they came is lost.
  if (keys.length > 1 && keys.some((key) => /^\d+$/.test(key))) return undefined
  const items = Object.entries(value).map(([key, item]) => {
    const text = pyRepr(item, type.dict)
    return text === undefined ? undefined : `${quoted(key)}: ${text}`
  })
  return items.includes(undefined) ? undefined : `{${items.join(', ')}}`
}

/** -0 is an integer 0 in Python. */
function integer(value: number | bigint): string {
  return value === 0 ? '0' : String(value)
}

/** Shortest digits that read back as the same number, as JavaScript finds them too, in Python's form. */
function float(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0')
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
  }
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace('-', '').replace('.', '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`
}

/** Characters that Python writes as themselves: letters, marks, numbers, punctuation, symbols, and the space. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  let inner = ''
  for (const character of text) {
    if (character === quote) inner += `\\${character}`
    else inner += NAMED[character] ?? (PRINTABLE.test(character) ? character : escaped(character))
  }
  return `${quote}${inner}${quote}`
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\U${code.toString(16).padStart(8, '0')}`
}
