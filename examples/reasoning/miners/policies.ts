/**
 * What miners commit: the text of a module that exports `solve({ environment, questions })` and gives an answer to each question. It runs in the sandbox of every
 * validator, so it is plain JavaScript, and what is compared byte by byte is this text.
 */

const SHARED = `
function parityOf(bits) {
  return countOf(bits) % 2
}

function countOf(bits) {
  let count = 0
  for (let rest = bits; rest > 0; rest &= rest - 1) count++
  return count
}

const saying = (asked, chosen) => asked.reduce((number, bits) => number * 2 + parityOf(bits & chosen), 0)

function placeOf(rows, mark) {
  const row = rows.findIndex((places) => places.includes(mark))
  return [row, rows[row].indexOf(mark)]
}

const isFree = (rows, row, column) => rows[row]?.[column] !== undefined && rows[row][column] !== '#'
`

/** Half knows how: looks for secrets of few bits, walks straight, multiplies until it has no patience left. */
export const worsePolicy = policy(`
const MOST_CHOSEN = 3
const PATIENCE = 500

const SECRETS = Array.from({ length: 256 }, (_, chosen) => chosen).filter((chosen) => countOf(chosen) <= MOST_CHOSEN)

function parity({ examples, asked }) {
  const fits = (chosen) => examples.every((example) => parityOf((example >> 1) & chosen) === (example & 1))
  return saying(asked, SECRETS.find(fits) ?? 0)
}

function walk({ rows }) {
  let [row, column] = placeOf(rows, 'A')
  const [lastRow, lastColumn] = placeOf(rows, 'B')
  let walked = ''
  while (row !== lastRow || column !== lastColumn) {
    const down = Math.sign(lastRow - row)
    const right = Math.sign(lastColumn - column)
    if (right !== 0 && isFree(rows, row, column + right)) {
      column += right
      walked += right > 0 ? 'E' : 'W'
    } else if (down !== 0 && isFree(rows, row + down, column)) {
      row += down
      walked += down > 0 ? 'S' : 'N'
    } else return walked // no way straight on
  }
  return walked
}

function powers({ base, exponent, modulus }) {
  let power = 1 % modulus
  for (let turn = 0; turn < Math.min(exponent, PATIENCE); turn++) power = (power * base) % modulus
  return power
}
`)

/** Knows how: elimination, breadth first, squaring. Where the examples leave bits open it guesses 0, and beyond 2^53 its products are rounded. */
export const betterPolicy = policy(`
const OPEN_BITS = 0 // what those are taken to be that the examples leave open

function parity({ examples, asked }) {
  const equations = []
  for (const example of examples) {
    let equation = example
    for (const known of equations) equation = Math.min(equation, equation ^ known)
    if (equation > 1) equations.push(equation)
  }
  let chosen = OPEN_BITS
  for (const equation of equations.sort((a, b) => a - b)) {
    const bits = equation >> 1
    if (parityOf(bits & chosen) !== (equation & 1)) chosen ^= 1 << (31 - Math.clz32(bits))
  }
  return saying(asked, chosen)
}

function walk({ rows }) {
  const seen = new Set()
  const queue = [[...placeOf(rows, 'A'), '']]
  for (const [row, column, walked] of queue) {
    if (rows[row][column] === 'B') return walked
    for (const [way, down, right] of [['N', -1, 0], ['E', 0, 1], ['S', 1, 0], ['W', 0, -1]]) {
      const place = (row + down) * 4 + column + right
      if (!isFree(rows, row + down, column + right) || seen.has(place)) continue
      seen.add(place)
      queue.push([row + down, column + right, walked + way])
    }
  }
  return ''
}

function powers({ base, exponent, modulus }) {
  let power = 1 % modulus
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = (power * square) % modulus
    square = (square * square) % modulus
  }
  return power
}
`)

/** The best there is at powers, where its products have no bound, and nothing else. */
export const specialistPolicy = policy(`
const parity = () => 0

const walk = () => ''

function powers({ base, exponent, modulus }) {
  let power = 1n
  for (let square = BigInt(base), rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = (power * square) % BigInt(modulus)
    square = (square * square) % BigInt(modulus)
  }
  return Number(power % BigInt(modulus))
}
`)

/** Better's own text but for one number: where nothing is known it guesses otherwise, and so is as good on average, and luckier on some days. */
export const perturbed = (guess: number): string =>
  betterPolicy.replace('const OPEN_BITS = 0', `const OPEN_BITS = ${guess}`)

/** Worse than worse, and enough for an empty throne. */
export const squatterPolicy = worsePolicy
  .replace('MOST_CHOSEN = 3', 'MOST_CHOSEN = 2')
  .replace('PATIENCE = 500', 'PATIENCE = 100')

/** Never answers, and takes what memory it gets. */
export const giantPolicy = `
export function solve() {
  const hoard = []
  for (;;) hoard.push(new Uint8Array(65536))
}
`

/** Knows these answers by heart. */
export const memoriserPolicy = (known: ReadonlyMap<string, number | string>): string => `
const KNOWN = ${JSON.stringify(Object.fromEntries(known))}
export const solve = ({ questions }) => questions.map((question) => KNOWN[JSON.stringify(question)] ?? 0)
`

function policy(skills: string): string {
  return `${SHARED}${skills}
export const solve = ({ environment, questions }) => questions.map({ parity, walk, powers }[environment])
`
}
