import type { Row } from './bench/record.mjs'

/** Where the picture lies, from the root of the project. */
export const picture: string
/** Everything that is recorded. */
export function recordedRows(folder?: string): Row[]
/** A page with every table replaced by what the rows (unless given, the recorded ones) give. */
export function withTables(text: string, rows?: readonly Row[]): string
/** The picture that belongs to these rows; `undefined` where none of them are in it. */
export function pictureOf(rows: readonly Row[]): Promise<string | undefined>
export function writePage(folder?: string): Promise<void>
