const ARRAYS = { Float32Array, Uint16Array, Uint32Array, BigUint64Array } as const

/** Values as text, typed arrays, bigints and numbers that are not finite included. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return { $: 'bigint', text: String(part) }
    if (typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))) {
      return { $: 'number', text: Object.is(part, -0) ? '-0' : String(part) }
    }
    if (ArrayBuffer.isView(part)) {
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
      return { $: part.constructor.name, bytes: Array.from(bytes) }
    }
    return part
  })
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_key, part: { $?: string; text?: string; bytes?: number[] } | null) => {
    if (typeof part !== 'object' || part === null || part.$ === undefined) return part
    if (part.$ === 'bigint') return BigInt(part.text!)
    if (part.$ === 'number') return Number(part.text)
    return new ARRAYS[part.$ as keyof typeof ARRAYS](Uint8Array.from(part.bytes!).buffer)
  })
}
