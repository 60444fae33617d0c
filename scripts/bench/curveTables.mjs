// How the time of an epoch grows, in figures: every point of the curves, and the formula that they follow.
import { leastSquares } from './leastSquares.mjs'
import { distinct, number, spread, table, times, whole } from './markdown.mjs'

const curves = {
  n: 'Against servers, 64 validators, every entry there',
  validators: 'Against validators, 1,024 servers, every entry there',
  density: 'Against density, 64 validators and 4,096 servers',
}

export function drawCurveTables(rows) {
  const tables = Object.entries(curves).map(([curve, title]) => {
    const group = rows.filter((r) => r.curve === curve).sort((a, b) => a[curve] - b[curve])
    return `**${title}.** ${growth(group, curve)}\n\n${pointsTable(group, curve)}`
  })
  return [...formulas(rows), ...tables].join('\n\n')
}

/** One line per point; the rules stand beside each other. */
function pointsTable(group, curve) {
  const variants = distinct(group.map(({ variant }) => variant))
  const heads = variants.flatMap((variant) => [
    `${variant}, µs`,
    '10% to 90%',
    'ns per entry',
    'times baseline',
  ])
  const points = distinct(group.map((r) => r[curve])).map((value) => {
    const own = group.filter((r) => r[curve] === value)
    const cells = variants.flatMap((variant) => {
      const r = own.find((one) => one.variant === variant) ?? {}
      return [number(r.medianUs), spread(r), number(r.nsPerEntry), times(r.ratio)]
    })
    return [number(value), whole(own[0].nonZeros), own[0].layout, number(own[0].baselineUs), ...cells]
  })
  return table([curve, 'entries', 'layout', 'baseline, µs', ...heads], points)
}

/** The dense layout's time as a sum of a fixed part, one per uid and one per place, by rules. */
function formulas(rows) {
  const dense = rows.filter(({ layout }) => layout === 'dense')
  return distinct(dense.map(({ variant }) => variant)).flatMap((variant) => {
    const group = distinctBy(
      dense.filter((r) => r.variant === variant),
      ({ id }) => id,
    )
    if (group.length < 4) return []
    const terms = group.map((r) => [1, r.n + r.validators, r.n * r.validators])
    const { coefficients, worstError } = leastSquares(
      terms,
      group.map(({ medianUs }) => medianUs),
    )
    const [fixedUs, uidUs, placeUs] = coefficients
    return `Dense layout, ${variant}: about ${number(Number(fixedUs.toPrecision(2)))} µs, plus ${number(Number((uidUs * 1_000).toPrecision(2)))} ns per uid, plus ${number(Number((placeUs * 1_000).toPrecision(2)))} ns per place (validators times servers); the row furthest from it is ${Math.round(100 * worstError)}% off.`
  })
}

function distinctBy(rows, keyOf) {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()]
}

/** Exponent of the power of `curve` that fits the times best, by rules. */
function growth(rows, curve) {
  const fits = distinct(rows.map(({ variant }) => variant)).map((variant) => {
    const points = rows
      .filter((r) => r.variant === variant)
      .map((r) => [Math.log(r[curve]), Math.log(r.medianUs)])
    const mean = (k) => points.reduce((sum, point) => sum + point[k], 0) / points.length
    const [x, y] = [mean(0), mean(1)]
    const above = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
    const below = points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
    return `${(above / below).toFixed(2)} (${variant})`
  })
  return `The time grows with ${curve} to the power of ${fits.join(' and ')} over this range.`
}
