/** Paths below a folder that its package.json names as exports or commands, or type declarations of those by an import, and that are not there or empty. */
export function missingFiles(folder: string): readonly string[]
