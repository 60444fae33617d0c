/** Bits of a bigint of 0 or more. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0
  const hex = value.toString(16)
  return hex.length * 4 - (Math.clz32(Number.parseInt(hex.charAt(0), 16)) - 28)
}

/** base^exponent, multiplied out. @param exponent - 0 or more. */
export function raised(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n
  const half = raised(base, exponent >> 1n)
  return (exponent & 1n) === 0n ? half * half : half * half * base
}
