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
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
