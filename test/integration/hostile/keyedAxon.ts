import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { fixedSchemes, httpServer, type ReplayStore } from '../../../src/http/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'

/** How an axon of a process of its own is started. */
export interface KeyedAxonOptions {
  /** Names its key. */
  readonly uri: string
  /** 0 for any. */
  readonly port: number
  /** Where uses of signed requests are kept, for as many processes as share it. */
  readonly folder: string
  /** Address of the only caller over HTTP. */
  readonly sender: string
}

/** What it says: when it serves, and whenever it is asked. */
export interface KeyedAxonReport {
  readonly port: number
  readonly callsReceived: number
}

/** The name of the handler, over sessions and over HTTP. */
export const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.number(), b: z.number() }),
  answer: z.object({ sum: z.number(), process: z.number() }),
})

/** One file for each use: the file system lets one process alone make it. */
function replaysIn(folder: string): ReplayStore {
  return {
    retentionMs: 60_000,
    isDurable: true,
    async record({ receiver, sender, nonce }) {
      const name = createHash('sha256')
        .update(JSON.stringify([receiver, sender, nonce]))
        .digest('hex')
      try {
        const file = await open(join(folder, name), 'wx')
        await file.close()
        return 'fresh'
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'replayed'
        throw error
      }
    },
  }
}

const argument = process.argv[2]
// Also read by the test, for its types and its synapse.
if (process.send !== undefined && argument?.startsWith('{')) {
  const { uri, port, folder, sender } = JSON.parse(argument) as KeyedAxonOptions
  const http = httpServer({
    protocols: ['btauth/1'],
    expectedScheme: fixedSchemes({ [sender]: 'sr25519' }),
    replays: replaysIn(folder),
  })
  // Sessions come over the same port.
  const axon = new Axon({ signer: keyPairFromUri(uri), port, transports: [http], logger: silentLogger })
  axon.handle(add, ({ a, b }) => ({ sum: a + b, process: process.pid }))
  await axon.start()
  const tell = (): void => {
    const report: KeyedAxonReport = {
      port: axon.address.port,
      callsReceived: axon.counters.callsReceived,
    }
    process.send?.(report)
  }
  process.on('message', tell)
  process.on('disconnect', () => process.exit())
  tell()
}
