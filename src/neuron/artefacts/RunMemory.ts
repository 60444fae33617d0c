import { deserialize, serialize } from 'node:v8'
import { sleep, systemClock } from '../../clock/index.js'
import { hexOf, sha256 } from '../../crypto/index.js'
import type { JsOutcome, SandboxFunction } from '../../sandbox/index.js'
import { CallLog, type LoggedCall, owned } from './CallLog.js'

type Functions = Readonly<Record<string, SandboxFunction>>

/** What is kept, in all; a run that takes a larger part of it is not. */
const MOST_KEPT = { runs: 4_096, bytes: 16 * 2 ** 20, bytesOfOne: 2 ** 18 }

/** Functions are called again for so long before others have their turn. */
const TURN_MS = 10

/** A run to be made, or told. */
export interface KnownRunParts {
  /** All that it is given besides functions: plain, and changed by nobody meanwhile. */
  readonly given: readonly unknown[]
  /** Those that it may call. */
  readonly functions: Functions
  /** Makes it, with these functions in place of those. */
  readonly run: (functions: Functions) => Promise<JsOutcome>
  /** Whether nobody waits for it any more, and its functions are to be called no more. */
  readonly isOver?: () => boolean
}

/** A run that was made: what it called, if that can be kept, and what came of it. */
interface Known {
  readonly calls: readonly LoggedCall[] | undefined
  readonly outcome: JsOutcome
}

/**
 * Runs of programs. What comes of one follows from what it is given and from what the functions give that it calls, on any machine. So whoever asks for it again is told what
 * came of it before, and who asks meanwhile waits for it: validators of one process ask the same in each round. The functions are called as the program called them, with
 * all that they count; where one gives something else, the program is run, and goes on from there.
 */
export class RunMemory {
  readonly #underWay = new Map<string, Promise<Known>>()
  /** What is known of runs, in bytes; the one asked for last stands last. */
  readonly #kept = new Map<string, Uint8Array>()
  #keptBytes = 0

  async outcomeOf(parts: KnownRunParts): Promise<JsOutcome> {
    const key = hexOf(sha256(serialize([parts.given, Object.keys(parts.functions).sort()])))
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#keep(key, kept)
      const { calls, outcome } = deserialize(kept) as Known
      return await toldAgain({ calls, outcome: owned(outcome) as JsOutcome }, parts)
    }
    const underWay = this.#underWay.get(key)
    if (underWay === undefined) return await this.#begun(key, parts)
    const known = await underWay.catch(() => undefined)
    const { functions, run } = parts
    // Where another could not run it, that says nothing of it. Who was told to end leaves it to the next one.
    if (known === undefined) return await run(functions)
    const { calls, outcome } = known
    if (outcome.kind !== 'notScored')
      return await toldAgain({ calls, outcome: structuredClone(outcome) }, parts)
    return outcome.reason === 'crashed' ? await this.outcomeOf(parts) : await run(functions)
  }

  async #begun(key: string, { functions, run }: KnownRunParts): Promise<JsOutcome> {
    const log = new CallLog(functions)
    const underWay = run(log.functions).then((outcome): Known => ({ calls: log.calls, outcome }))
    this.#underWay.set(key, underWay)
    try {
      const known = await underWay
      const isWhole = known.outcome.kind !== 'notScored' && known.calls !== undefined
      if (isWhole) this.#keep(key, new Uint8Array(serialize(known)))
      return known.outcome
    } finally {
      this.#underWay.delete(key)
    }
  }

  #keep(key: string, known: Uint8Array): void {
    if (known.length > MOST_KEPT.bytesOfOne) return
    this.#forget(key)
    this.#kept.set(key, known)
    this.#keptBytes += known.length
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT.runs && this.#keptBytes <= MOST_KEPT.bytes) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#keptBytes -= this.#kept.get(key)?.length ?? 0
    this.#kept.delete(key)
  }
}

/** What came of a run, if the functions give again what they gave; otherwise the run is made. */
async function toldAgain(
  { calls, outcome }: Known,
  { functions, run, isOver }: KnownRunParts,
): Promise<JsOutcome> {
  if (calls === undefined) return await run(functions)
  const log = new CallLog(functions)
  let sinceMs = systemClock.now()
  for (const call of calls) {
    if (isOver?.() || !log.again(call)) return await run(log.functions)
    if (systemClock.now() - sinceMs < TURN_MS) continue
    // The machine's own time: virtual time stands still meanwhile.
    await sleep(systemClock, 0)
    sinceMs = systemClock.now()
  }
  return outcome
}

/** That of this process. */
export const runMemory = new RunMemory()
