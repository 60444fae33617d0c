import type { build } from 'esbuild'

/** Writes the programs of threads, each unless it holds the same already; `nodePaths` are folders of packages beside the clone's. */
export function writeWorkerProgram(bundle: typeof build, nodePaths?: readonly string[]): Promise<void>
