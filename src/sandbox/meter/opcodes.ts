/** The opcodes that are looked for or written, by the names of the WebAssembly specification. */
export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i64LtS: 0x53,
  i64GtU: 0x56,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64ExtendI32U: 0xad,
  /** In front of the opcodes of bulk memory. */
  prefix: 0xfc,
} as const

/** Opcodes behind the prefix. */
export const PREFIXED = { memoryCopy: 10, memoryFill: 11 } as const

/** A block without a result. */
export const NO_RESULT = 0x40

export const TYPE = { i32: 0x7f, i64: 0x7e } as const
