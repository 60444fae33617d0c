import { Axon, type AxonCounters } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

/** A schema that takes everything. */
const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const

/** What it says of itself. */
export interface FloodedState {
  readonly heldBytes: number
  readonly counters: AxonCounters
}

/**
 * An axon in a process of its own, one of whose handlers never ends. Started with its limits and the hotkeys that have standing; says what it
 * holds whenever it is asked.
 */
const withStanding: readonly string[] = JSON.parse(process.argv[3] ?? '[]')
const axon = new Axon({
  signer: keyPairFromUri('//Alice', { scheme: 'ed25519' }),
  limits: JSON.parse(process.argv[2] ?? '{}'),
  logger: silentLogger,
  ...(withStanding.length > 0 && { standing: (hotkey: string) => (withStanding.includes(hotkey) ? 1 : 0) }),
})
axon.handle(
  defineSynapse({ name: 'hang', request: anything as never, answer: anything as never }),
  () => new Promise<never>(() => {}),
)
axon.handle(
  defineSynapse({ name: 'quick', request: anything as never, answer: anything as never }),
  () => null as never,
)
axon.handle(
  defineSynapse({ name: 'large', request: anything as never, answer: anything as never }),
  () => new Uint8Array(200_000) as never,
)
await axon.start()
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const state: FloodedState = { heldBytes: heapUsed + external, counters: axon.counters }
  process.send?.(state)
})
process.send?.({ port: axon.address.port })
