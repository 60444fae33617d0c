import { type Move, STEPS } from './protocol.js'

/** Changes of the price are judged over so many steps: over five minutes, a quarter of an hour and the whole. */
export const LENGTHS = [1, 3, STEPS] as const

/** How much the price changes over each so many steps, by where it is after each of them. */
export function changesOf(path: readonly Move[], length: number): Move[] {
  const changes: Move[] = []
  for (let end = length - 1; end < path.length; end += length) {
    changes.push((path[end] ?? 0) - (path[end - length] ?? 0))
  }
  return changes
}
