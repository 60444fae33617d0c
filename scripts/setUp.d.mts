export const root: string
export function isInstalled(folder?: string): boolean
export function ensureInstalled(folder?: string): boolean
export function ensureBuilt(folder?: string): boolean
