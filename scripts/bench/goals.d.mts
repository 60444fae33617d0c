import type { Row } from './record.mjs'

/** What was measured for each goal; the worst where several rows answer it. */
export function goalsAgainst(rows: readonly Row[]): {
  work: string
  goal: string | number
  stretch: string | number
  measured: number | undefined
  verdict: 'stretch' | 'goal' | 'below' | 'not recorded'
}[]
