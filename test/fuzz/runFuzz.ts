import { FuzzRandom } from './FuzzRandom.js'
import type { FuzzTarget } from './FuzzTarget.js'

/** What a target has shown. */
export interface FuzzRecord {
  readonly target: string
  readonly inputs: number
  readonly accepted: number
  readonly slowestMs: number
  readonly mostBytes: number
  readonly seconds: number
}

/** Inputs after which other work of this process gets a turn. */
const INPUTS_A_TURN = 4_096

/** Tries inputs `from` to `from + inputs - 1` of a target. @throws TypeError that names the line which tries the failing one again. */
export async function runFuzz(
  target: FuzzTarget,
  options: { readonly seed: string; readonly from?: number; readonly inputs: number },
): Promise<FuzzRecord> {
  const { seed, from = 0, inputs } = options
  let accepted = 0
  let slowestMs = 0
  let mostBytes = 0
  const began = performance.now()
  for (let index = from; index < from + inputs; index++) {
    try {
      const tried = target.try(new FuzzRandom(`${seed}/${target.name}`, index))
      const verdict = tried instanceof Promise ? await tried : tried
      if (verdict.isAccepted) accepted++
      slowestMs = Math.max(slowestMs, verdict.ms)
      mostBytes = Math.max(mostBytes, verdict.bytes)
    } catch (cause) {
      const line = `FUZZ_TARGET='${target.name}' FUZZ_SEED='${seed}' FUZZ_AT=${index} npx vitest run test/fuzz/decoders.test.ts`
      throw new TypeError(
        `${target.name}, input ${index}: ${cause instanceof Error ? cause.message : String(cause)}\nagain: ${line}`,
        { cause },
      )
    }
    if ((index - from) % INPUTS_A_TURN === INPUTS_A_TURN - 1)
      await new Promise((resolve) => setImmediate(resolve))
  }
  const seconds = Math.round(performance.now() - began) / 1_000
  return {
    target: target.name,
    inputs,
    accepted,
    slowestMs: Math.round(slowestMs * 1_000) / 1_000,
    mostBytes,
    seconds,
  }
}

/** How many of the inputs of a run each target gets: by shares, one at least. */
export function inputsOf(targets: readonly FuzzTarget[], inputs: number): ReadonlyMap<FuzzTarget, number> {
  const shares = targets.reduce((sum, { share }) => sum + share, 0)
  return new Map(targets.map((target) => [target, Math.max(1, Math.ceil((inputs * target.share) / shares))]))
}
