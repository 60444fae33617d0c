import { sha3_256 as sha3 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type PythonType, pyStr } from './pyStr.js'

/** A field that the body hash of a synapse covers. */
export interface HashField {
  readonly name: string
  readonly type: PythonType
}

/**
 * The body hash of a synapse: of the fields that its class names in `required_hash_fields`, in that order. Without any it is the hash of
 * nothing, and the body is not signed at all.
 *
 * @returns `undefined` when a field is missing or not of its type.
 * @source spec: `spec/wire-python-interop.md` A5
 */
export function bodyHashOf(
  body: Readonly<Record<string, unknown>>,
  fields: readonly HashField[],
): string | undefined {
  const texts = fields.map(({ name, type }) =>
    Object.hasOwn(body, name) ? pyStr(body[name], type) : undefined,
  )
  return texts.includes(undefined) ? undefined : bodyHashOfTexts(texts as string[])
}

/** The body hash of fields in Python's text form. */
export function bodyHashOfTexts(texts: readonly string[]): string {
  return hashOf(texts.map(hashOf).join(''))
}

function hashOf(text: string): string {
  return bytesToHex(sha3(utf8ToBytes(text)))
}
