import type { SeededRandom } from 'subnetkit/math'

/** A call of a function, and what it is to give. */
export type Example = {
  readonly list: number[]
  readonly k: number
  readonly gives: number
}

/** A function with one or two wrong words in it. Agents are shown source and examples. */
export interface Problem {
  readonly source: string
  readonly examples: Example[]
  /** Of other calls; the validator alone has them. */
  readonly tests: readonly Example[]
  /** One source that passes; there are others. */
  readonly right: string
}

/** What may stand in a place, so often as the right functions have it there. */
type Words = readonly (readonly [word: string, often: number])[]

const COMPARES: Words = [
  ['>', 8],
  ['<', 6],
  ['===', 3],
  ['>=', 1],
  ['<=', 1],
  ['!==', 1],
]
const OPERATORS: Words = [
  ['+', 12],
  ['-', 5],
  ['*', 3],
]
const JOINS: Words = [
  ['&&', 3],
  ['||', 1],
]
const NUMBERS: Words = [
  ['0', 18],
  ['1', 8],
  ['2', 5],
  ['3', 3],
  ['4', 1],
  ['5', 1],
  ['6', 1],
  ['7', 1],
  ['8', 1],
  ['9', 1],
]
const NAMES: Words = [
  ['item', 6],
  ['total', 1],
  ['last', 2],
  ['k', 2],
]
const RESULTS: Words = [
  ['total', 6],
  ['last', 2],
]

/** What else may stand where one of these does. */
const KINDS = [COMPARES, OPERATORS, JOINS, NUMBERS, NAMES]

const EXAMPLES = 6
export const TESTS = 10

/** One wrong word of each kind by turns, and every third time two of any. */
const BUGS: readonly (Words | undefined)[] = [COMPARES, NUMBERS, undefined, OPERATORS, NAMES, undefined]

/** As many problems; the same chance, the same problems. */
export function problemsOf(random: SeededRandom, count: number): Problem[] {
  return Array.from({ length: count }, (_, nth) =>
    problemOf(random.fork(`problem ${nth}`), BUGS[nth % BUGS.length]),
  )
}

/**
 * What is shown and what is not comes from streams of their own: a source tells nothing of the words that were there, and the examples nothing of the tests.
 *
 * @param kind - of the one wrong word; without it there are two.
 */
function problemOf(random: SeededRandom, kind: Words | undefined): Problem {
  for (let nth = 0; ; nth++) {
    const own = random.fork(`${nth}`)
    const tokens = functionOf(own.fork('function'))
    const fitting = [...tokens.keys()].filter((at) => {
      const here = kindOf(tokens, at)
      return here !== undefined && (kind === undefined || here === kind)
    })
    const places = own
      .fork('places')
      .shuffled(fitting)
      .slice(0, kind === undefined ? 2 : 1)
    const words = withWords(tokens, places, own.fork('right'))
    const [right, source] = [textOf(words), textOf(withWords(words, places, own.fork('wrong'), true))]
    const [works, fails] = [compiled(right), compiled(source)]
    const isSeen = (list: readonly Example[]): boolean =>
      list.some((one) => fails(one.list, one.k) !== one.gives)
    const examples = examplesOf(works, own.fork('examples'), EXAMPLES)
    if (!isSeen(examples) || !isWhole(examples)) continue
    const tests = examplesOf(works, own.fork('tests'), TESTS)
    const gives = new Set(tests.map((one) => one.gives))
    if (isSeen(tests) && isWhole(tests) && gives.size > 3) return { source, examples, tests, right }
  }
}

/** A right function as customers write them: it goes through a list and adds up. Its tokens; a line ends where one is `\n`. */
export function functionOf(random: SeededRandom): string[] {
  const draw = (words: Words): string => drawn(words, random)
  const value = (): string =>
    draw([
      [draw(NAMES), 3],
      [draw(NUMBERS), 2],
    ])
  const test = (): string[] => [draw(NAMES), draw(COMPARES), value()]
  const tests = (): string[] =>
    draw([
      ['one', 2],
      ['two', 1],
    ]) === 'one'
      ? test()
      : [...test(), draw(JOINS), ...test()]
  const set = (): string[] => {
    const name = draw(RESULTS)
    return [name, '=', name, draw(OPERATORS), value(), '\n']
  }
  const step = (): string[] => ['if', '(', ...tests(), ')', ...set()]
  const steps = Array.from(
    {
      length: Number(
        draw([
          ['1', 1],
          ['2', 2],
          ['3', 1],
        ]),
      ),
    },
    step,
  )
  return [
    ...'function f ( list , k ) { \n'.split(' '),
    ...[
      'let',
      'item',
      '=',
      '0',
      '\n',
      'let',
      'total',
      '=',
      draw(NUMBERS),
      '\n',
      'let',
      'last',
      '=',
      draw(NUMBERS),
      '\n',
    ],
    ...'for ( item of list ) { \n'.split(' '),
    ...steps.flat(),
    ...['last', '=', draw(NAMES), draw(OPERATORS), draw(NUMBERS), '\n', '}', '\n'],
    ...['return', 'total', draw(OPERATORS), value(), '\n', '}'],
  ]
}

function drawn(words: Words, random: SeededRandom): string {
  let left = random.int(words.reduce((sum, [, often]) => sum + often, 0))
  for (const [word, often] of words) {
    left -= often
    if (left < 0) return word
  }
  throw new RangeError('There are no words.')
}

/** With words drawn anew in some places, `others` than are there if that is wanted. */
function withWords(
  tokens: readonly string[],
  places: readonly number[],
  random: SeededRandom,
  others = false,
): string[] {
  return tokens.map((token, at) => {
    const kind = places.includes(at) ? kindOf(tokens, at) : undefined
    if (kind === undefined) return token
    return drawn(others ? kind.filter(([word]) => word !== token) : kind, random)
  })
}

/** What may stand in a place; what is declared or set stays. */
const kindOf = (tokens: readonly string[], at: number): Words | undefined => {
  const isDeclared =
    ['let', 'of', ','].includes(tokens[at - 1] ?? '') || ['=', 'of'].includes(tokens[at + 1] ?? '')
  return isDeclared ? undefined : KINDS.find((kind) => kind.some(([word]) => word === tokens[at]))
}

const textOf = (tokens: readonly string[]): string => tokens.join(' ').replaceAll(' \n ', '\n')

/** A call by chance, and what the function gives. */
function examplesOf(works: Compiled, random: SeededRandom, count: number): Example[] {
  return Array.from({ length: count }, () => {
    const list = Array.from({ length: 2 + random.int(5) }, () => random.int(13) - 4)
    const k = random.int(8)
    return { list, k, gives: works(list, k) + 0 } // no -0, which JSON and records do not have
  })
}

/** Products of products may grow beyond what can be told exactly. */
const isWhole = (list: readonly Example[]): boolean => list.every(({ gives }) => Number.isSafeInteger(gives))

type Compiled = (list: readonly number[], k: number) => number

/** For text that is made here, of words that are listed above. What miners send runs in the sandbox alone. */
const compiled = (source: string): Compiled => new Function(`return ${source}`)() as Compiled
