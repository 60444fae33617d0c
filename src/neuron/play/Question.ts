import type { Door } from '../../mechanism/index.js'
import type { Hotkey } from '../../units/index.js'

/** What `play` wants to know from outside. */
export interface Question {
  readonly door: Door
  /** Of the synapse, the source or the record; of an artefact its kind or digest, of code the function that is called. */
  readonly name: string
  /** Who is asked, or in whose script it is. */
  readonly hotkey?: Hotkey | undefined
  /** What is asked, where there is more to it than its name. */
  readonly asked?: unknown
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}
