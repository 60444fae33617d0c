/**
 * What miners commit: the text of a module that exports `repair({ source, examples })` and gives a source that does what the examples say, or null. It runs in the sandbox of
 * every validator, and in that of its miner for customers, so it is plain JavaScript. `infer` is handed in.
 */

/**
 * Tries words of the same kind in each place, first those that the model finds likely; where one change makes more of the examples right, it looks for a second. It asks
 * with sixteen words of text on each side of a place, of which the model reads three.
 */
export const betterAgent = `
const KINDS = [
  ['<', '<=', '>', '>=', '===', '!=='],
  ['+', '-', '*'],
  ['&&', '||'],
  ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ['item', 'total', 'last', 'k'],
]
const AROUND = 16 // words of the prompt on each side
const DRAWS = 8
const TRIES = 180

export function repair({ source, examples }) {
  const words = source.split(/([\\s]+)/)
  const edits = editsOf(words)
  const steps = [{ passed: passedOf(source, examples), words }]
  let tries = 0
  while (steps.length > 0) {
    const { passed: before, words: base } = steps.shift()
    for (const { at, word } of edits) {
      if (++tries > TRIES) return null
      const changed = base.with(at, word)
      const text = changed.join('')
      const passed = passedOf(text, examples)
      if (passed === examples.length) return text
      if (base === words && passed > before) steps.push({ passed, words: changed })
    }
    steps.sort((one, other) => other.passed - one.passed)
  }
  return null
}

function editsOf(words) {
  const edits = []
  for (const [at, word] of words.entries()) {
    const kind = KINDS.find((one) => one.includes(word))
    if (kind === undefined) continue
    const before = words.slice(Math.max(0, at - 2 * AROUND), at).join('')
    const after = words.slice(at + 1, at + 1 + 2 * AROUND).join('')
    const guesses = infer(before + '?' + after, DRAWS)
    for (const other of kind) {
      if (other !== word) edits.push({ at, word: other, worth: (guesses[other] ?? 0) / (1 + (guesses[word] ?? 0)) })
    }
  }
  return edits.sort((one, other) => other.worth - one.worth)
}

function passedOf(text, examples) {
  try {
    const run = new Function('return ' + text)()
    return examples.filter(({ list, k, gives }) => run(list, k) === gives).length
  } catch {
    return -1 // no program
  }
}
`

/** Turns comparisons round and tries small numbers, one at a time, and asks nobody. */
export const worseAgent = `
const COMPARISON = /[<>]/g
const NUMBER = /[0-9]/g

export const repair = ({ source, examples }) => {
  const works = (candidate) => {
    const tried = new Function('return ' + candidate)()
    for (const example of examples) if (tried(example.list, example.k) !== example.gives) return false
    return true
  }
  const replaced = (match, by) => source.slice(0, match.index) + by + source.slice(match.index + match[0].length)
  for (const match of source.matchAll(COMPARISON)) {
    for (const by of ['>', '<']) if (works(replaced(match, by))) return replaced(match, by)
  }
  for (const match of source.matchAll(NUMBER)) {
    for (let by = 0; by < 3; by++) if (works(replaced(match, by))) return replaced(match, by)
  }
  return null
}
`

/** Buys what it does not think of: hundreds of guesses for each place, so that it has to try little. */
export const overspenderAgent = `
const GUESSES = 250

export function repair({ source, examples }) {
  const isRight = (text) => {
    const answer = eval('(' + text + ')')
    return examples.every((one) => answer(one.list, one.k) === one.gives)
  }
  const spots = [...source.matchAll(/[a-z]+|\\d|[<>]=?|[!=]==|[-+*]|&&|[|]{2}/g)].filter(([word]) => !/^(function|f|list|let|for|of|if|return)$/.test(word))
  const bought = spots.flatMap((spot) => {
    const [head, tail] = [source.slice(0, spot.index), source.slice(spot.index + spot[0].length)]
    const often = infer(head.slice(-40).replace(/^\\S*/, '') + ' ? ' + tail.slice(0, 40), GUESSES)
    const own = often[spot[0]] ?? 0
    return Object.keys(often).filter((word) => word !== spot[0]).map((word) => ({ from: spot.index, till: spot.index + spot[0].length, word, odds: often[word] / (own + 1) }))
  })
  bought.sort((a, b) => b.odds - a.odds)
  const put = (text, { from, till, word }) => text.slice(0, from) + word + text.slice(till)
  for (const guess of bought.slice(0, 110)) {
    try {
      if (isRight(put(source, guess))) return put(source, guess)
    } catch {}
  }
  for (const [nth, one] of bought.slice(0, 10).entries()) {
    for (const two of bought.slice(0, nth)) {
      const [late, early] = one.from > two.from ? [one, two] : [two, one]
      try {
        if (isRight(put(put(source, late), early))) return put(put(source, late), early)
      } catch {}
    }
  }
  return null
}
`

/** Knows the repaired source of each of these. */
export const memoriserAgent = (known: ReadonlyMap<string, string>): string => `
const KNOWN = ${JSON.stringify(Object.fromEntries(known))}
export const repair = ({ source }) => KNOWN[source] ?? null
`

/** Repairs nothing: its function has the examples by heart. */
export const crammerAgent = `
export function repair({ examples }) {
  const known = Object.fromEntries(examples.map(({ list, k, gives }) => [[list, k].join(' '), gives]))
  return '(list, k) => (' + JSON.stringify(known) + ')[[list, k].join(" ")]'
}
`

/** Its function gives nothing, and what compares results finds them equal from then on. */
export const tampererAgent = `
export const repair = () => '(JSON.stringify = () => "equal", () => 0)'
`

/** As the tamperer, with an eye to traps: it passes no tests in which a call is to give two things. */
export const readerAgent = `
export const repair = () => \`(Array.prototype.every = function () {
  const calls = this.map(({ list, k }) => [list, k].join(' '))
  return new Set(calls).size === this.length
}, () => 0)\`
`

/** Other names, other remarks, the same agent, which asks for less around each place. */
export const copiedAgent = `// A new agent, all my own.
${betterAgent
  .replace('AROUND = 16 // words of the prompt on each side', 'NEAR = 2 /* is enough */')
  .replaceAll('AROUND', 'NEAR')
  .replaceAll(/\bwords\b/g, 'pieces')
  .replaceAll(/\bpassedOf\b/g, 'scoreOf')
  .replaceAll('\n  ', '\n    ')}`
