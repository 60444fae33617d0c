import { onAbort } from '../clock/index.js'

/** A signal that is aborted with the first of two, and how to let go of them. */
export interface EitherSignal {
  readonly signal: AbortSignal | undefined
  readonly dispose: () => void
}

const nothing = (): void => {}

/** One signal for two, or for the one that there is. Dispose it when what listens to it is over. */
export function eitherSignal(a: AbortSignal | undefined, b: AbortSignal | undefined): EitherSignal {
  if (a === undefined || b === undefined || a === b) return { signal: a ?? b, dispose: nothing }
  const controller = new AbortController()
  const offs = [a, b].map((one) => onAbort(one, () => controller.abort(one.reason)))
  return {
    signal: controller.signal,
    dispose: () => {
      for (const off of offs) off()
    },
  }
}
