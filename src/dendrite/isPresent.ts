import { check, durationMs, having, optional, shape, signal } from '../checks/index.js'
import { defineSynapse, type Status } from '../synapse/index.js'
import type { Dendrite } from './Dendrite.js'
import type { Target } from './target.js'

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

const aDendrite = having('a Dendrite', ['call'])
const optionsShape = shape<{ timeoutMs: number; signal?: AbortSignal }>({
  timeoutMs: durationMs({ min: Number.MIN_VALUE }),
  signal: optional(signal),
})

/**
 * Whether an axon that proves the hotkey answers at an address, whatever it answers: it is asked for a synapse that nobody handles.
 *
 * @throws InvalidArgumentError, InvalidAddressError, DendriteClosedError as `Dendrite.call`.
 *
 * @example
 * ```ts
 * import { type Dendrite, isPresent, type Target } from 'subnetkit/dendrite'
 *
 * async function say(dendrite: Dendrite, target: Target): Promise<string> {
 *   return (await isPresent(dendrite, target, { timeoutMs: 1_000 })) ? 'there' : 'gone'
 * }
 * ```
 */
export async function isPresent(
  dendrite: Pick<Dendrite, 'call'>,
  target: Target,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  check('dendrite', aDendrite, dendrite)
  check('options', optionsShape, options)
  const { status } = await dendrite.call(presence, target, null, options)
  return !ABSENT.includes(status)
}
