import { type Check, custom, listOf, recordOf, shape } from '../checks/index.js'
import type { HashField } from './legacy/bodyHash.js'
import { isFieldName } from './legacy/legacyBody.js'
import type { PythonType } from './legacy/pyStr.js'

/**
 * How requests are signed over HTTP.
 *
 * - `btauth/1`: the identity layer of SDK 11: method, path, body, receiver and time are signed. The one to use for anything new.
 * - `bt_header`: the headers of SDK 7.2 to 10.5, for reach: a signature covers no path, and of the body only the fields that the synapse names.
 * - `epistula/2`: a convention of several subnets: body, receiver and time are signed, the path is not.
 */
export type HttpProtocol = 'btauth/1' | 'bt_header' | 'epistula/2'

/** Names of all protocols. */
export const HTTP_PROTOCOLS: readonly HttpProtocol[] = ['btauth/1', 'bt_header', 'epistula/2']

/** Fields that the body hash of `bt_header` covers, in order, by synapse. */
export type HashFields = Readonly<Record<string, readonly HashField[]>>

const MAX_DEPTH = 8

function isPythonType(value: unknown, depth = 0): value is PythonType {
  if (typeof value === 'string') return ['str', 'int', 'float', 'bool'].includes(value)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false
  const entries = Object.entries(value)
  const [[key, inner] = ['', undefined]] = entries
  return entries.length === 1 && ['optional', 'list', 'dict'].includes(key) && isPythonType(inner, depth + 1)
}

/** What Python type a hashed field has. */
export const pythonTypeCheck: Check = custom(
  "Pass 'str', 'int', 'float', 'bool', or one of these within { optional }, { list } or { dict }.",
  (value) => isPythonType(value),
)

/** What `hashFields` of a server or client must be. */
export const hashFieldsCheck: Check = recordOf(
  listOf(
    shape<HashField>({
      name: custom(
        'Name a field of the request, in lower_snake_case.',
        (value) => typeof value === 'string' && isFieldName(value),
      ),
      type: pythonTypeCheck,
    }),
  ),
)
