/** Tokens of a piece; pieces that are alike are the same however names are chosen. */
const PIECE = 8
/** Of so many pieces in a row the one with the least hash stands for all. */
const WINDOW = 4
/** A text with fewer is too short to be anybody's. */
const LEAST_PRINTS = 24

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|[\w$]+|[^\s\w$]/g

const KEYWORDS = new Set(
  'break case catch class const continue default do else export extends finally for from function if in let new of return static switch throw try typeof var while yield async await null true false'.split(
    ' ',
  ),
)

/**
 * Fingerprints of a program, as MOSS makes them: hashes of pieces of its tokens, thinned out. Blanks and comments are no tokens, and all names and all numbers are one, so
 * that changing them changes no print. A text in quotation marks is read as a program too, so that wrapping one in it does not hide it.
 *
 * @param bytes - UTF-8; without any there are no prints.
 * @returns ascending.
 */
export function printsOf(bytes: Uint8Array = new Uint8Array()): number[] {
  const tokens = kindsOf(new TextDecoder().decode(bytes))
  const hashes = Array.from({ length: Math.max(0, tokens.length - PIECE + 1) }, (_, at) =>
    hashOf(tokens.slice(at, at + PIECE).join(' ')),
  )
  const chosen = new Set<number>()
  for (let at = 0; at + WINDOW <= hashes.length; at++) chosen.add(Math.min(...hashes.slice(at, at + WINDOW)))
  return [...chosen].sort((a, b) => a - b)
}

function kindsOf(source: string, depth = 0): string[] {
  return (source.match(TOKEN) ?? []).flatMap((token) => {
    if (/^\/[/*]/.test(token)) return []
    if (/^['"`]/.test(token)) return depth > 2 ? ['s'] : ['s', ...kindsOf(unquoted(token), depth + 1)]
    if (/^\d/.test(token)) return ['0']
    return /^[\w$]/.test(token) && !KEYWORDS.has(token) ? ['n'] : [token]
  })
}

const unquoted = (token: string): string =>
  token.slice(1, -1).replace(/\\(.)/gs, (_, symbol) => (symbol === 'n' ? '\n' : symbol))

/** What part of the prints of the one that has fewer the other has as well; 0 where that one is too short to say. */
export function likeness(one: readonly number[], other: readonly number[]): number {
  const fewer = Math.min(one.length, other.length)
  if (fewer < LEAST_PRINTS) return 0
  const known = new Set(one)
  return other.filter((print) => known.has(print)).length / fewer
}

/** FNV-1a of 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
