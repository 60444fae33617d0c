// Puts measured times into a formula: least squares on the relative errors, so that small sizes count as much as large ones.

/**
 * Coefficients that are at least 0 and fit `times` best as a sum of coefficient times term; a term that would have to
 * be negative is left out.
 *
 * @param {readonly (readonly number[])[]} terms one row per time
 * @param {readonly number[]} times all above 0
 * @returns {{ coefficients: number[], worstError: number }} `worstError` as a share of the measured time
 */
export function leastSquares(terms, times) {
  const width = terms[0].length
  let used = Array.from({ length: width }, (_, k) => k)
  let coefficients = []
  while (used.length > 0) {
    const scaled = terms.map((row, i) => used.map((k) => row[k] / times[i]))
    const solved = solve(scaled)
    coefficients = Array.from({ length: width }, (_, k) => solved[used.indexOf(k)] ?? 0)
    const least = solved.indexOf(Math.min(...solved))
    if (solved[least] >= 0) break
    used = used.filter((_, k) => k !== least)
  }
  const errors = terms.map((row, i) => {
    const fitted = row.reduce((sum, term, k) => sum + term * coefficients[k], 0)
    return Math.abs(fitted / times[i] - 1)
  })
  return { coefficients, worstError: Math.max(...errors) }
}

/** The x for which rows * x comes closest to 1 in every row: normal equations, by elimination with pivots. */
function solve(rows) {
  const width = rows[0].length
  const matrix = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
    rows.reduce((sum, row) => sum + row[i], 0),
  ])
  for (let k = 0; k < width; k++) {
    const pivot = matrix.findIndex((row, i) => i >= k && Math.abs(row[k]) === largest(matrix, k))
    ;[matrix[k], matrix[pivot]] = [matrix[pivot], matrix[k]]
    for (let i = 0; i < width; i++) {
      if (i === k) continue
      const factor = matrix[i][k] / matrix[k][k]
      for (let j = k; j <= width; j++) matrix[i][j] -= factor * matrix[k][j]
    }
  }
  return matrix.map((row, k) => row[width] / row[k])
}

function largest(matrix, k) {
  return Math.max(...matrix.slice(k).map((row) => Math.abs(row[k])))
}
