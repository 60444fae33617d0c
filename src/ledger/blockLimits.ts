/** Calls that a block takes at most when not told otherwise; a batch counts as many as it has entries, and so has no more. */
export const MAX_BLOCK_CALLS = 5_000
