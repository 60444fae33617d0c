import { type Clock, onAbort, startDeadline } from '../clock/index.js'
import { portableError } from '../errors/index.js'
import { checkOf, type ReadinessCheck } from './Source.js'

/** Whether all that is watched can do its work, and what cannot. */
export interface Readiness {
  readonly isReady: boolean
  readonly checks: readonly ReadinessCheck[]
}

/** One thing to look at. */
export interface ReadinessQuestion {
  /** What it is counted as when it does not answer. */
  readonly name: string
  readonly check: string
  readonly ask: (signal: AbortSignal) => Promise<readonly ReadinessCheck[]>
}

/** Asks all at once, each until its time is over. Never rejects: what throws has failed. */
export async function readinessOf(
  questions: readonly ReadinessQuestion[],
  { clock, checkMs }: { clock: Clock; checkMs: number },
): Promise<Readiness> {
  const answers = await Promise.all(questions.map((question) => answerTo(question, { clock, checkMs })))
  const checks = answers.flat()
  return { isReady: checks.every(({ status }) => status === 'ok'), checks }
}

async function answerTo(
  { name, check, ask }: ReadinessQuestion,
  { clock, checkMs }: { clock: Clock; checkMs: number },
): Promise<readonly ReadinessCheck[]> {
  const deadline = startDeadline(clock, checkMs)
  const failed = (reason: string): readonly ReadinessCheck[] => [checkOf(name, check, reason)]
  const late = new Promise<readonly ReadinessCheck[]>((resolve) => {
    onAbort(deadline.signal, () => resolve(failed(`No answer came within ${checkMs} ms.`)))
  })
  try {
    return await Promise.race([late, ask(deadline.signal)])
  } catch (error) {
    return failed(`Looking failed (${portableError(error).name}).`)
  } finally {
    deadline.dispose()
  }
}
