export function ensureWasm(): Promise<void>
