// One operator as an ONNX model: a protocol buffer, written by hand. The field numbers are those of onnx.proto.
const FLOAT = 1
const INT = 2
const utf8 = new TextEncoder()

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)]
const bytes = (field: number, value: readonly number[]): number[] => [
  ...varint(field * 8 + 2),
  ...varint(value.length),
  ...value,
]
const text = (field: number, value: string): number[] => bytes(field, [...utf8.encode(value)])
const message = (field: number, ...parts: number[][]): number[] => bytes(field, parts.flat())

/** A matrix of any shape, as input (field 11) or output (field 12). */
function port(field: number, name: string): number[] {
  const shape = message(2, message(1, text(2, `${name}Rows`)), message(1, text(2, `${name}Columns`)))
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), shape)))
}

/** `c = a * b`, or with `Gemm` and `transB` `c = a * transposed b`. */
export function operatorModel(operator: 'MatMul' | 'Gemm', flags: readonly string[] = []): Uint8Array {
  const attributes = flags.map((name) => message(5, text(1, name), number(3, 1), number(20, INT)))
  const node = message(1, text(1, 'a'), text(1, 'b'), text(2, 'c'), text(4, operator), ...attributes)
  const graph = message(7, node, text(2, 'graph'), port(11, 'a'), port(11, 'b'), port(12, 'c'))
  return Uint8Array.from([...number(1, 8), ...graph, ...message(8, number(2, 13))])
}
