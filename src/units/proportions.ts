/** A proportion in parts of 65,535. */
export type U16 = number

export const U16_MAX = 65_535
