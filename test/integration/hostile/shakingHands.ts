// Shakes hands again and again, for a test that has memory collected all the time; prints how often an axon answered.

import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork, generateNoiseKeyPair } from '../../../src/transport/index.js'

const KEY_PAIRS = 40_000
const HANDSHAKES = 40

const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const carrier = createMemoryNetwork()
const axon = new Axon({ signer: keyPairFromUri('//Alice'), carrier })
axon.handle(double, (n) => 2 * n)
await axon.start()
for (let made = 0; made < KEY_PAIRS; made++) generateNoiseKeyPair()
let answered = 0
for (let n = 0; n < HANDSHAKES; n++) {
  await using dendrite = new Dendrite({ signer: keyPairFromUri('//Bob'), carrier })
  const result = await dendrite.call(double, { hotkey: axon.hotkey, ...axon.address }, n)
  if (result.status === 'ok' && result.answer === 2 * n) answered++
}
await axon.stop()
process.stdout.write(`${answered} of ${HANDSHAKES}\n`)
