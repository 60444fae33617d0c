/** Figures as a reader sees them. */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`
export const alpha = (amount: number): string => (amount === 0 ? '0' : amount.toFixed(amount < 10 ? 2 : 0))
export const tao = (price: number): string => price.toFixed(price < 10 ? 4 : 2)
