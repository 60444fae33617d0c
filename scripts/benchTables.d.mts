/** A page with every table replaced by what the recorded results give. */
export function withTables(text: string): string
export function writeTables(): void
