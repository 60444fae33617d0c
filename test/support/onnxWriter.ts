/** A tensor for a test's model. */
export interface WrittenTensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly data: Float32Array | BigInt64Array | Int32Array | Uint8Array
  /** Another element type than that of the data: `9` for booleans. */
  readonly type?: number
}

/** An attribute: a number is a whole one, `{ float }` one that is not. */
export type WrittenAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: WrittenTensor }
  | { readonly graph: Uint8Array }

export interface WrittenNode {
  readonly op: string
  readonly name?: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, WrittenAttribute>>
  readonly domain?: string
}

export interface WrittenModel {
  readonly opset?: number
  readonly irVersion?: number
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>
  /** By input; 1 (32-bit floats) unless said. */
  readonly types?: Readonly<Record<string, number>>
  readonly nodes: readonly WrittenNode[]
  readonly constants?: readonly WrittenTensor[]
  readonly outputs: readonly string[]
  /** More fields of the model and its graph, written already. */
  readonly extra?: readonly number[]
  readonly graphExtra?: readonly number[]
}

export function varint(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return bytes
}

export const int = (field: number, value: number | bigint): number[] => [
  ...varint(field << 3),
  ...varint(value),
]

export function part(field: number, bytes: Iterable<number> | string): number[] {
  const inside = typeof bytes === 'string' ? [...new TextEncoder().encode(bytes)] : [...bytes]
  return [...varint((field << 3) | 2), ...varint(inside.length), ...inside]
}

const float = (field: number, value: number): number[] => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
]

function codeOf(data: WrittenTensor['data']): number {
  if (data instanceof Float32Array) return 1
  if (data instanceof BigInt64Array) return 7
  return data instanceof Int32Array ? 6 : 2
}

export function tensor({ name, dims, data, type }: WrittenTensor): number[] {
  return [
    ...dims.flatMap((size) => int(1, size)),
    ...int(2, type ?? codeOf(data)),
    ...part(8, name),
    ...part(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]
}

function attribute(name: string, value: WrittenAttribute): number[] {
  const named = part(1, name)
  if (typeof value === 'number') return [...named, ...int(3, value), ...int(20, 2)]
  if (typeof value === 'string') return [...named, ...part(4, value), ...int(20, 3)]
  if (Array.isArray(value)) return [...named, ...value.flatMap((one) => int(8, one as number)), ...int(20, 7)]
  if ('float' in value) return [...named, ...float(2, value.float), ...int(20, 1)]
  if ('tensor' in value) return [...named, ...part(5, tensor(value.tensor)), ...int(20, 4)]
  return [...named, ...part(6, (value as { graph: Uint8Array }).graph), ...int(20, 5)]
}

function value(name: string, dims: readonly (number | string)[] | undefined, type: number): number[] {
  const sizes = (dims ?? []).flatMap((size) =>
    part(1, typeof size === 'number' ? int(1, size) : part(2, size)),
  )
  const shape = dims === undefined ? [] : part(2, sizes)
  return [...part(1, name), ...part(2, part(1, [...int(1, type), ...shape]))]
}

/** The bytes of an ONNX file. */
export function onnxFile(model: WrittenModel): Uint8Array {
  const { opset = 17, irVersion = 8, nodes, constants = [], inputs, outputs, types = {} } = model
  const graph = [
    ...nodes.flatMap(({ op, name, inputs, outputs, attributes = {}, domain }) =>
      part(1, [
        ...inputs.flatMap((name) => part(1, name)),
        ...outputs.flatMap((name) => part(2, name)),
        ...(name === undefined ? [] : part(3, name)),
        ...part(4, op),
        ...Object.entries(attributes).flatMap(([name, one]) => part(5, attribute(name, one))),
        ...(domain === undefined ? [] : part(7, domain)),
      ]),
    ),
    ...part(2, 'graph'),
    ...constants.flatMap((one) => part(5, tensor(one))),
    ...Object.entries(inputs).flatMap(([name, dims]) => part(11, value(name, dims, types[name] ?? 1))),
    // Without a type, which onnxruntime finds by itself.
    ...outputs.flatMap((name) => part(12, part(1, name))),
    ...(model.graphExtra ?? []),
  ]
  return Uint8Array.from([
    ...int(1, irVersion),
    ...part(7, graph),
    ...part(8, [...part(1, ''), ...int(2, opset)]),
    ...(model.extra ?? []),
  ])
}
