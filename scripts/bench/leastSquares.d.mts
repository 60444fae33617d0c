export function leastSquares(
  terms: readonly (readonly number[])[],
  times: readonly number[],
): { coefficients: number[]; worstError: number }
