import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isRecord } from '../jsonBody.js'
import { allowsNull, jsonSchemaOf, propertiesOf } from './jsonSchema.js'

/** What every synapse of the reference has beside its own fields. */
export const sdkFields: ReadonlySet<string> = new Set([
  'name',
  'timeout',
  'total_size',
  'header_size',
  'dendrite',
  'axon',
  'computed_body_hash',
])

type Body = Readonly<Record<string, unknown>>

/** The fields of a synapse's own, as they came. */
export function ownFields(body: Body): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !sdkFields.has(name)))
}

/**
 * Reads one side of a synapse from the whole: in Python request and answer are one class, whose unset fields travel as null. A null is
 * left out unless the schema is known to take it, and so are fields that the schema is known not to have.
 */
export function fieldReader(schema: StandardSchemaV1): (body: Body) => Record<string, unknown> {
  const properties = propertiesOf(jsonSchemaOf(schema, 'input'))
  const isMeant = ([name, value]: readonly [string, unknown]): boolean => {
    if (sdkFields.has(name)) return false
    if (properties === undefined) return value !== null
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    return property !== undefined && (value !== null || allowsNull(property))
  }
  return (body) => Object.fromEntries(Object.entries(body).filter(isMeant))
}

/** A value that can be one side of a synapse in Python: an object whose names Python and HTTP headers leave alone. */
export function isLegacyBody(value: unknown): value is Body {
  return isRecord(value) && Object.keys(value).every(isFieldName)
}

/** Whether a name may be that of a field: headers come in lower case, and the names of the reference are taken. */
export function isFieldName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,63}$/.test(name) && !sdkFields.has(name)
}
