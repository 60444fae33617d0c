import type { build } from 'esbuild'

/** Writes `src/engine/batch/workerProgram.js`, unless it holds the same already. */
export function writeWorkerProgram(bundle: typeof build): Promise<void>
