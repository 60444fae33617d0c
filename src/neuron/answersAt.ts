import type { Dendrite } from '../dendrite/index.js'
import type { AxonInfo } from '../metagraph/index.js'
import { defineSynapse, type Status } from '../synapse/index.js'
import type { Hotkey } from '../units/index.js'

const TIMEOUT_MS = 5_000

/** Nobody handles it: that an axon says so proves that it is there, and whose it is. */
const anything = {
  '~standard': { version: 1, vendor: 'subnetkit', validate: (value: unknown) => ({ value }) },
} as const
const presence = /* @__PURE__ */ defineSynapse({
  name: 'subnetkit.presence',
  request: anything,
  answer: anything,
})

/** How a call ends where nobody has the hotkey that was called. */
const ABSENT: readonly Status[] = ['unreachable', 'timeout', 'unauthenticated']

/** Whether an axon that proves the hotkey answers at an address, whatever it answers. Takes 5 s at most. */
export async function answersAt(
  dendrite: Dendrite,
  { hotkey, host, port }: AxonInfo & { readonly hotkey: Hotkey },
  signal: AbortSignal,
): Promise<boolean> {
  const { status } = await dendrite.call(presence, { hotkey, host, port }, null, {
    timeoutMs: TIMEOUT_MS,
    signal,
  })
  return !ABSENT.includes(status)
}
