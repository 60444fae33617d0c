/** What moves a cursor, hides, or turns the direction of reading. Characters without a shape of their own count: they make two names look alike. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

/**
 * Text from outside made safe to show: what would move a cursor, hide, or turn the direction of reading is escaped, except line
 * ends; longer text is cut.
 *
 * @param limit - largest length of the result, escapes and the mark of the cut included.
 */
export function printable(text: string, limit: number): string {
  return escaped(text, limit, (char) => char !== '\n' && UNPRINTABLE.test(char))
}

/**
 * A name from outside, such as a key or a path, made safe to show within a line: line ends are escaped as well.
 *
 * @param limit - largest length of the result, 80 unless given.
 */
export function printableName(text: string, limit = 80): string {
  return escaped(text, limit, (char) => UNPRINTABLE.test(char))
}

/** Cuts what was escaped, never within an escape, so that the limit holds for what is shown. */
function escaped(text: string, limit: number, isUnsafe: (char: string) => boolean): string {
  const parts: string[] = []
  let length = 0
  // Characters and not UTF-16 units: a pair is one, and a lone half is escaped.
  for (const char of text.slice(0, limit + 1)) {
    const part = isUnsafe(char) ? escapeOf(char) : char
    parts.push(part)
    length += part.length
    if (length > limit) break
  }
  if (length <= limit) return parts.join('')
  while (length > limit - 1) length -= parts.pop()?.length ?? length
  return `${parts.join('')}…`
}

function escapeOf(char: string): string {
  const code = char.codePointAt(0) ?? 0
  const digits = code.toString(16)
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`
}
