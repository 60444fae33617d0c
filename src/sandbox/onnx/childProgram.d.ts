/** The program of `child.ts` with all it imports, as one CommonJS text: made by `scripts/workerProgram.mjs`, not committed. */
export const workerProgram: string
