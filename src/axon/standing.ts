import type { Hotkey } from '../units/index.js'
import type { AxonLog } from './AxonLog.js'
import { HookResultError } from './axonErrors.js'
import type { AxonOptions } from './types.js'

/** What a caller counts for; 0 for a stranger. */
export type StandingOf = (caller: Hotkey) => number

/** Asks the owner of the axon. What is no answer counts for nothing, and is told. */
export function standingOf(ask: AxonOptions['standing'], log: AxonLog): StandingOf {
  if (ask === undefined) return () => 0
  return (caller) => {
    try {
      const standing: unknown = ask(caller)
      if (typeof standing === 'number' && standing >= 0) return standing
      // A promise that rejects later would end the process.
      if (standing instanceof Promise) standing.catch(() => {})
      log.fault({
        part: 'standing',
        caller,
        cause: new HookResultError({ hook: 'standing', value: standing }),
      })
    } catch (cause) {
      log.fault({ part: 'standing', caller, cause })
    }
    return 0
  }
}
