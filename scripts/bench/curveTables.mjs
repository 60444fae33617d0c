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
    const group = rows.filter((r) => r.curve === curve)
    const body = table(
      [
        curve,
        'rules',
        'entries',
        'layout',
        'µs',
        '10% to 90%',
        'ns per entry',
        'baseline µs',
        'times baseline',
      ],
      group.map((r) => [
        number(r[curve]),
        r.variant,
        whole(r.nonZeros),
        r.layout,
        number(r.medianUs),
        spread(r),
        number(r.nsPerEntry),
        number(r.baselineUs),
        times(r.ratio),
      ]),
    )
    return `**${title}.** ${growth(group, curve)}\n\n${body}`
  })
  return [...formulas(rows), ...tables].join('\n\n')
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
