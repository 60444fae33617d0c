/** The known name that a person most likely meant, or none when nothing is near. */
export function nearest(known: readonly string[], given: string): string | undefined {
  const slips = known.map((name) => slipBetween(name.toLowerCase(), given.toLowerCase()))
  const least = Math.min(...slips)
  return least === Number.POSITIVE_INFINITY ? undefined : known[slips.indexOf(least)]
}

/** How far apart two names are; infinite unless one begins the other or they differ in few letters. */
function slipBetween(name: string, given: string): number {
  if (given.length < 3 || name.length === 0) return Number.POSITIVE_INFINITY
  // `stake` is more like `stakeRao` than like `store`.
  if (name.startsWith(given) || given.startsWith(name)) return 1
  const letters = Math.abs(name.length - given.length) > 2 ? Number.POSITIVE_INFINITY : distance(name, given)
  return letters <= (given.length === 3 ? 1 : 2) ? letters : Number.POSITIVE_INFINITY
}

function distance(a: string, b: string): number {
  const letters = Array.from({ length: b.length }, (_, at) => b.charAt(at))
  // Of what was read of `a`, to one letter more of `b` in each place.
  let row = letters.map((_, at) => at + 1)
  for (let i = 0; i < a.length; i++) {
    let aboveLeft = i
    let left = i + 1
    row = row.map((above, j) => {
      const replaced = aboveLeft + (a.charAt(i) === letters[j] ? 0 : 1)
      aboveLeft = above
      left = Math.min(replaced, above + 1, left + 1)
      return left
    })
  }
  return row.at(-1) ?? a.length
}
