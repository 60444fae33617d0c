import { check, custom, listOf, optional, shape, text } from '../checks/index.js'
import { assertSynapse, type StreamSynapse, type Synapse } from '../synapse/index.js'
import { NotPythonError } from './httpErrors.js'
import { isRecord } from './jsonBody.js'
import type { HashField } from './legacy/bodyHash.js'
import { type JsonSchema, jsonSchemaOf, propertiesOf } from './legacy/jsonSchema.js'
import { isFieldName } from './legacy/legacyBody.js'
import { pythonTypeCheck } from './protocolOptions.js'

/** How a class is printed. */
export interface PythonClassOptions {
  /** Fields of the request that its signature covers, in order. Default: none. */
  readonly hashFields?: readonly HashField[]
}

const optionsShape = shape<PythonClassOptions>({
  hashFields: optional(listOf(shape<HashField>({ name: text({ min: 1 }), type: pythonTypeCheck }))),
})

/** What Python keeps for itself. */
const KEYWORDS = new Set(
  'None True False and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
)
/** What every synapse there has beside its fields: a field of that name would take its place, or be refused. */
const METHODS = new Set(
  `required_hash_fields body_hash deserialize set_name_type get_total_size get_required_fields to_headers from_headers parse_headers_to_inputs
  is_success is_failure is_timeout is_blacklist failed_verification process_streaming_response extract_response_json create_streaming_response
  model_config model_fields model_dump model_dump_json model_copy model_construct model_validate model_validate_json model_json_schema`.split(
    /\s+/,
  ),
)
const className = custom(
  'Name the class in Python: letters, digits and underscores, no digit first.',
  (value) => isName(value),
)
const isName = (value: unknown): boolean =>
  typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value) && !KEYWORDS.has(value)

/**
 * The Python class by which callers and servers of `bt_header_*` speak a synapse: request and answer are one class, whose answers may be
 * missing. Its types say what kind of value a field is; bounds are held at this end.
 *
 * @returns a module in Python, as text.
 * @throws NotPythonError when a schema's library gives no JSON Schema, and for what has no form that such peers could speak.
 * @throws InvalidArgumentError for what is no synapse, or options of another shape.
 * @source spec: `spec/wire-python-interop.md` A2, A5, A8
 *
 * @example
 * ```ts
 * import { pythonClassOf } from 'subnetkit/http'
 * import { defineSynapse } from 'subnetkit/synapse'
 * import { z } from 'zod'
 *
 * const add = defineSynapse({ name: 'Add', request: z.object({ a: z.int() }), answer: z.object({ sum: z.int() }) })
 * pythonClassOf(add, { hashFields: [{ name: 'a', type: 'int' }] }) // 'class Add(bt.Synapse): ...'
 * ```
 */
export function pythonClassOf(synapse: Synapse | StreamSynapse, options: PythonClassOptions = {}): string {
  assertSynapse('synapse', synapse)
  check('options', optionsShape, options)
  check('synapse.name', className, synapse.name)
  const { name } = synapse
  const { hashFields = [] } = options
  const inputs = fieldsOf(synapse, 'request')
  const outputs = synapse.kind === 'unary' ? fieldsOf(synapse, 'answer') : streamFields(synapse, inputs)
  const lines = [
    `# Made by subnetkit of the synapse ${name}.`,
    'from typing import Any, ClassVar, Dict, List, Optional, Tuple, Union',
    '',
    'import bittensor as bt',
    '',
    '',
    `class ${name}(bt.${synapse.kind === 'unary' ? 'Synapse' : 'StreamingSynapse'}):`,
    ...inputs.map(({ field, type, isRequired }) =>
      isRequired && !mayBeNone(type) ? `    ${field}: ${type}` : optionalField(field, type),
    ),
    ...outputs
      .filter(({ field }) => !inputs.some((input) => input.field === field))
      .map(({ field, type }) => optionalField(field, type)),
    `    required_hash_fields: ClassVar[Tuple[str, ...]] = ${hashTuple(synapse, hashFields, inputs)}`,
    ...(synapse.kind === 'unary' ? [] : streamMethods()),
  ]
  return `${lines.join('\n')}\n`
}

interface Field {
  readonly field: string
  readonly type: string
  readonly isRequired: boolean
}

function fieldsOf(synapse: Synapse | StreamSynapse, part: 'request' | 'answer'): Field[] {
  const schema = part === 'request' ? synapse.request : (synapse as Synapse).answer
  const json = jsonSchemaOf(schema, part === 'request' ? 'input' : 'output')
  const fail = (path: string, why: string, remedy: string): NotPythonError =>
    new NotPythonError({ synapse: synapse.name, path, why, remedy })
  if (json === undefined)
    throw fail(part, 'yields no JSON Schema', 'Use a schema with Standard JSON Schema, such as one of zod 4.')
  const properties = propertiesOf(json)
  if (properties === undefined) throw fail(part, 'is no object with named fields', 'Use an object schema.')
  const required = Array.isArray(json.required) ? json.required : []
  return Object.entries(properties).map(([field, property]) => {
    const path = `${part}.${field}`
    if (!isFieldName(field) || KEYWORDS.has(field) || METHODS.has(field))
      throw fail(
        path,
        'has a name that cannot be a field there',
        'Use a name in lower_snake_case that is not taken.',
      )
    const type = typeOf(property)
    if (type === undefined)
      throw fail(path, 'is of a kind that is not spoken', 'Use text, numbers, lists and records.')
    return { field, type, isRequired: required.includes(field) && !('default' in property) }
  })
}

/** A stream's chunks gather in a field of its own. */
function streamFields(synapse: StreamSynapse, inputs: readonly Field[]): Field[] {
  const chunk = jsonSchemaOf(synapse.chunk, 'output')
  const isText = chunk?.type === 'string'
  const isFree = !inputs.some(({ field }) => field === 'completion')
  if (isText && isFree) return [{ field: 'completion', type: 'str', isRequired: false }]
  throw new NotPythonError({
    synapse: synapse.name,
    path: isText ? 'request.completion' : 'chunk',
    why: isText ? 'has the name under which chunks are gathered' : 'is no text',
    remedy: isText ? 'Choose another name.' : 'Stream text: it travels as it is, without frames.',
  })
}

function streamMethods(): string[] {
  return [
    '',
    '    async def process_streaming_response(self, response):',
    '        import codecs',
    '',
    '        decoder = codecs.getincrementaldecoder("utf-8")()',
    '        self.completion = ""',
    '        async for chunk in response.content.iter_any():',
    '            text = decoder.decode(chunk)',
    '            if text:',
    '                self.completion += text',
    '                yield text',
    '',
    '    def extract_response_json(self, response):',
    '        own = {name: getattr(self, name) for name in self.__class__.model_fields if name not in ("axon", "dendrite")}',
    '        return {**own, "name": response.headers.get("name", ""), "completion": self.completion}',
    '',
    '    def deserialize(self):',
    '        return self.completion',
  ]
}

function optionalField(field: string, type: string): string {
  return `    ${field}: ${mayBeNone(type) ? type : `Optional[${type}]`} = None`
}

/** A field without a value is not announced to a server there, so one that may be None has it by default. */
function mayBeNone(type: string): boolean {
  return type === 'Any' || type === 'None' || type.startsWith('Optional[')
}

/** The type of a field. A required one is first built of an empty value there, so that no bound may be part of it. */
function typeOf(schema: JsonSchema): string | undefined {
  const { type, anyOf, oneOf, enum: values } = schema
  if ('$ref' in schema) return undefined
  if ('const' in schema) return typeOfValue(schema.const)
  if (Array.isArray(values)) return unionOf(values.map(typeOfValue))
  const choices = Array.isArray(anyOf) ? anyOf : Array.isArray(oneOf) ? oneOf : undefined
  if (choices !== undefined)
    return unionOf(choices.map((choice) => (isRecord(choice) ? typeOf(choice) : undefined)))
  if (Array.isArray(type)) return unionOf(type.map((one) => typeOf({ ...schema, type: one })))
  switch (type) {
    case 'string':
      return 'str'
    case 'integer':
      return 'int'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    case 'null':
      return 'None'
    case 'array':
      return listType(schema.items)
    case 'object':
      return dictType(schema)
    case undefined:
      return Object.keys(schema).every((key) => key === '$schema' || key === 'description')
        ? 'Any'
        : undefined
    default:
      return undefined
  }
}

function listType(items: unknown): string | undefined {
  if (!isRecord(items)) return 'List[Any]'
  const inner = typeOf(items)
  return inner && `List[${inner}]`
}

/** A model within would have to be built of nothing at first. */
function dictType({ properties, additionalProperties }: JsonSchema): string | undefined {
  if (isRecord(properties) || !isRecord(additionalProperties)) return 'Dict[str, Any]'
  const inner = typeOf(additionalProperties)
  return inner && `Dict[str, ${inner}]`
}

function typeOfValue(value: unknown): string | undefined {
  if (value === null) return 'None'
  if (typeof value === 'string') return 'str'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return undefined
}

function unionOf(types: readonly (string | undefined)[]): string | undefined {
  if (types.includes(undefined) || types.length === 0) return undefined
  const distinct = [...new Set(types as string[])]
  const others = distinct.filter((type) => type !== 'None')
  const inner = others.length > 1 ? `Union[${others.join(', ')}]` : (others[0] ?? 'None')
  return distinct.includes('None') && others.length > 0 ? `Optional[${inner}]` : inner
}

function hashTuple(
  synapse: { name: string },
  hashFields: readonly HashField[],
  inputs: readonly Field[],
): string {
  for (const { name } of hashFields) {
    if (inputs.some(({ field }) => field === name)) continue
    throw new NotPythonError({
      synapse: synapse.name,
      path: `hashFields name ${name}`,
      why: 'is no field of the request',
      remedy: 'Name fields of the request.',
    })
  }
  const names = hashFields.map(({ name }) => `"${name}"`)
  return names.length === 0 ? '()' : `(${names.join(', ')},)`
}
