import { expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineStream } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const parts = defineStream({ name: 'parts', request: z.number(), chunk: z.unknown() })

it.each([
  [8, 9_000],
  [32, 3_000],
  [64, 1_000],
])(
  '%i streams of one connection go on where chunks of %i bytes fill it up within a turn',
  async (streams, bytes) => {
    const carrier = createMemoryNetwork()
    const axon = new Axon({
      signer: keyPairFromUri('//Alice', { scheme: 'ed25519' }),
      carrier,
      logger: silentLogger,
      limits: { maxRunning: 100, maxRunningPerCaller: 100 },
    })
    axon.handle(parts, async function* (count) {
      for (let n = 0; n < count; n++) yield new Uint8Array(bytes)
    })
    await axon.start()
    const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
    const target = { hotkey: axon.hotkey, ...axon.address }
    const read = async (): Promise<number> => {
      let chunks = 0
      for await (const _ of dendrite.stream(parts, target, 7, { timeoutMs: 20_000 })) chunks++
      return chunks
    }
    expect(await Promise.all(Array.from({ length: streams }, read))).toEqual(Array(streams).fill(7))
    await dendrite.close()
    await axon.stop()
  },
)
