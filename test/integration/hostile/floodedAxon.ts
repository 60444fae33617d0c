import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

/** A schema that takes everything. */
const anything = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const

/** An axon in a process of its own, whose handler never ends. Started with its limits; says what it holds whenever it is asked. */
const axon = new Axon({
  signer: keyPairFromUri('//Alice', { scheme: 'ed25519' }),
  limits: JSON.parse(process.argv[2] ?? '{}'),
  logger: silentLogger,
})
axon.handle(
  defineSynapse({ name: 'hang', request: anything as never, answer: anything as never }),
  () => new Promise<never>(() => {}),
)
axon.handle(
  defineSynapse({ name: 'large', request: anything as never, answer: anything as never }),
  () => new Uint8Array(200_000) as never,
)
await axon.start()
process.on('message', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ heldBytes: heapUsed + external, counters: axon.counters })
})
process.send?.({ port: axon.address.port })
