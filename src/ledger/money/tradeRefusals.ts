/** Why a pool does not trade. */
export const TRADE_REFUSALS = [
  'PriceLimitExceeded',
  'ReservesTooLow',
  'SwapInputTooLarge',
  'InsufficientLiquidity',
] as const

/** Why an account cannot be paid from a subnet's. */
export const PAYMENT_REFUSALS = ['InsufficientBalance', 'BelowMinimum'] as const
export type PaymentRefusal = (typeof PAYMENT_REFUSALS)[number]

/** Why a sale does not take place: the pool does not trade, or who sells cannot be paid. */
export const SALE_REFUSALS = [...TRADE_REFUSALS, ...PAYMENT_REFUSALS] as const

/** One of them. */
export type SaleRefusal = (typeof SALE_REFUSALS)[number]
