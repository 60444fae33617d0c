import { type Dendrite, isPresent } from '../dendrite/index.js'
import type { AxonInfo } from '../metagraph/index.js'
import type { Hotkey } from '../units/index.js'

const TIMEOUT_MS = 5_000

/** Whether an axon that proves the hotkey answers at an address, whatever it answers. Takes 5 s at most. */
export async function answersAt(
  dendrite: Dendrite,
  { hotkey, host, port }: AxonInfo & { readonly hotkey: Hotkey },
  signal: AbortSignal,
): Promise<boolean> {
  return await isPresent(dendrite, { hotkey, host, port }, { timeoutMs: TIMEOUT_MS, signal })
}
