import type { CliIo } from './io.js'
import { OutputError } from './OutputError.js'

/** The same, but for a reader of the output that leaves: what is printed from then on goes nowhere, and the work goes on. */
export function untilReaderGone(io: CliIo): CliIo {
  let isGone = false
  return {
    ...io,
    out(text) {
      if (isGone) return
      try {
        io.out(text)
      } catch (error) {
        if (!(error instanceof OutputError && error.isReaderGone)) throw error
        isGone = true
      }
    },
  }
}
