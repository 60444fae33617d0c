import type { Row } from './record.mjs'

export const picture: string
export function recordedRows(folder?: string): Row[]
export function withTables(text: string, rows?: readonly Row[]): string
export function pictureOf(rows: readonly Row[]): Promise<string | undefined>
export function writePage(folder?: string): Promise<void>
