import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import { isRecord } from '../jsonBody.js'

/** A JSON Schema, of which the few words are read that say what kind of value it is. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The JSON Schema of a schema whose library gives one, as Standard JSON Schema says; `undefined` otherwise. */
export function jsonSchemaOf(schema: StandardSchemaV1, side: 'input' | 'output'): JsonSchema | undefined {
  const { jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props> & StandardSchemaV1.Props
  if (typeof jsonSchema?.[side] !== 'function') return undefined
  try {
    return jsonSchema[side]({ target: 'draft-2020-12' })
  } catch {
    // The library has one in general, but not for this.
    return undefined
  }
}

/** The properties of an object's schema; `undefined` for another. */
export function propertiesOf(
  schema: JsonSchema | undefined,
): Readonly<Record<string, JsonSchema>> | undefined {
  const properties = schema?.type === 'object' ? schema.properties : undefined
  return isRecord(properties) ? (properties as Readonly<Record<string, JsonSchema>>) : undefined
}

/** Whether a schema lets null pass. */
export function allowsNull(schema: JsonSchema): boolean {
  const { type, anyOf, oneOf, enum: values } = schema
  if ('const' in schema) return schema.const === null
  if (Array.isArray(values)) return values.includes(null)
  const choices = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined
  if (choices !== undefined) return choices.some((choice) => isRecord(choice) && allowsNull(choice))
  return type === undefined || type === 'null' || (Array.isArray(type) && type.includes('null'))
}
