/** One measurement, as the bench command prints it. */
export type Row = { readonly bench: string } & Readonly<Record<string, unknown>>
export function commitOf(folder: string): string
export function whyNotRecord(folder: string, options?: { quick?: boolean }): string | undefined
export function ledgerRows(records: readonly Row[]): Record<string, unknown>[]
export function epochRows(records: readonly Row[]): Record<string, unknown>[]
export function mergedRows(old: readonly Row[], fresh: readonly Row[], options: { isWhole: boolean }): Row[]
export function rowsIn(path: string): Row[]
export function record(folder: string, fresh: readonly Row[], options: { isWhole: boolean }): Promise<void>
export function writeWhole(path: string, text: string): void
