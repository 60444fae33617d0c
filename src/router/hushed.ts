/** What a function gave that must answer at once. A promise that rejects later would end the process. */
export function hushed(value: unknown): unknown {
  if (value instanceof Promise) value.catch(() => {})
  return value
}
