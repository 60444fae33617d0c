import type { Row } from './record.mjs'

/** What was measured for each goal; the worst where several rows answer it. */
export function goalsAgainst(rows: readonly Row[]): {
  work: string
  /** Whether small figures are good ones. */
  isAtMost: boolean
  goal: number
  stretch: number
  measured?: number
  /** The same with every result in memory of its own. */
  fresh?: number
  freshVerdict?: string
  verdict: string
}[]
