/** What is looked at, in the order in which it is. */
export const CHECKS = [
  'reach',
  'protocols',
  'identity',
  'forgery',
  'announced',
  'clock',
  'latency',
  'replay',
  'frame size',
  'connections',
  'calls',
] as const

export type CheckName = (typeof CHECKS)[number]

/** What came of one look. */
export interface Finding {
  readonly check: CheckName
  readonly status: 'ok' | 'warning' | 'failed' | 'notTried'
  /** One sentence: what was found, or why nothing was tried. */
  readonly says: string
  /** What to do about it; for all but `ok`. */
  readonly remedy?: string
  /** What a program can read. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** A finding that all is well. */
export function fine(check: CheckName, says: string, facts?: Finding['facts']): Finding {
  return { check, status: 'ok', says, ...(facts === undefined ? {} : { facts }) }
}

export function problem(
  check: CheckName,
  status: 'warning' | 'failed',
  details: Required<Pick<Finding, 'says' | 'remedy'>> & Pick<Finding, 'facts'>,
): Finding {
  return { check, status, ...details }
}

export function notTried(check: CheckName, says: string, remedy: string): Finding {
  return { check, status: 'notTried', says, remedy }
}
