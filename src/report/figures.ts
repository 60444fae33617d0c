/** Figures as a reader sees them. */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`
export const alpha = (amount: number): string => (amount === 0 ? '0' : amount.toFixed(amount < 10 ? 2 : 0))

/** TAO for one alpha; a small price in its first four digits, since averages begin at 0. */
export const tao = (price: number): string =>
  fixed(price, price === 0 || price >= 0.01 ? (price < 10 ? 4 : 2) : digitsOf(price) + 4)

/** A share among many, which may all be small. */
export const smallShare = (share: number): string =>
  `${fixed(100 * share, share > 0 && share < 0.01 ? 3 : 1)}%`

/** A number with so many digits after the point, and commas between its thousands. */
export function fixed(value: number, digits: number): string {
  return grouped(value.toFixed(digits))
}

/** The same of a number that is text already. */
export function grouped(text: string): string {
  const [whole = '', ...part] = text.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...part].join('.')
}

/** Writes the figures of an axis from 0 to `most`: with so many digits that no two that an axis shows are alike. */
export function axisFigures(most: number): (value: number) => string {
  // An axis has some five steps, none less than an eighth of it; where all is 0 it goes to 1.
  const step = (most > 0 ? most : 1) / 8
  const digits = step < 1 ? Math.min(12, digitsOf(step) + 1) : 0
  return (value) => fixed(value, digits)
}

/** Zeros after the point, before the first digit. */
const digitsOf = (value: number): number => Math.min(12, Math.max(0, Math.ceil(-Math.log10(value)) - 1))
