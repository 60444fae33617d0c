import { constants } from 'node:os'
import type { Clock } from '../clock/index.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** One Ctrl-C reaches a program twice when it was started by `npx` or `npm run`: from the terminal, and handed on by npm. */
const SAME_PRESS_MS = 500

export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown
  exit(code: number): void
}

/** Aborts at the first signal; the next one, when it is not an echo of the first, ends the process hard. */
export function stopOnSignals(source: SignalSource, clock: Clock): AbortSignal {
  const controller = new AbortController()
  let firstAtMs = 0
  for (const signal of SIGNALS) {
    source.on(signal, () => {
      if (!controller.signal.aborted) {
        firstAtMs = clock.now()
        controller.abort(signal)
        // Whoever asks again does not want to wait.
      } else if (clock.now() - firstAtMs >= SAME_PRESS_MS) source.exit(128 + constants.signals[signal])
    })
  }
  return controller.signal
}
