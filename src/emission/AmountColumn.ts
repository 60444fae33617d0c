import type { Alpha } from '../units/index.js'

/** Amounts, one per row: a list, or a column as an epoch gives it. */
export type AmountColumn = readonly Alpha[] | BigUint64Array
