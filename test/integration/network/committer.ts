import { z } from 'zod'
import { RemoteChain } from '../../../src/chain/index.js'
import { decodeCanonical } from '../../../src/codec/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { fileValidatorStore, Validator, type ValidatorStore } from '../../../src/neuron/index.js'
import { asHotkey } from '../../../src/units/index.js'
import { Sums } from './sums.js'

/*
 * A validator that asks nobody and weighs one miner, in a process of its own that may be killed: `node committer.mjs URL STORE MINER
 * [diesWhenSaved]`. Each event is a line of JSON.
 */
const [, , url, path, miner, diesWhenSaved] = process.argv
const args = z.object({ url: z.string(), path: z.string(), miner: z.string() }).parse({ url, path, miner })
const chain = await RemoteChain.connect({ url: args.url })
const validator = new Validator({
  chain,
  signer: keyPairFromUri('//Judge'),
  netuid: 1,
  mechanism: new Sums(),
  sampleSize: 0,
  commitForm: 'hash',
  weights: () => new Map([[asHotkey(args.miner as never), 1]]),
  store: diesWhenSaved === undefined ? fileValidatorStore(args.path) : deadly(fileValidatorStore(args.path)),
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event, plain)}\n`),
})
await validator.start()
const { number } = await chain.head()
process.stdout.write('{"type":"ready"}\n')
// Told once there was time for what the validator does of a block, question by question and save by save, on however busy a machine.
const beside = fileValidatorStore(`${args.path}.beside`)
for await (const { header } of chain.blocks({ fromBlock: number + 1 })) {
  for (let step = 0; step < 12; step++) {
    await chain.head()
    await beside.save(new Uint8Array(100))
  }
  process.stdout.write(`${JSON.stringify({ type: 'block', block: header.number })}\n`)
}

/** Ends the process at once when a commit lies in the store, before anybody else learns of it. */
function deadly(store: ValidatorStore): ValidatorStore {
  return {
    open: async () => await store.open?.(),
    close: async () => await store.close?.(),
    load: () => store.load(),
    save: async (bytes) => {
      await store.save(bytes)
      const fields = decodeCanonical(bytes)
      const commits = Array.isArray(fields) ? fields[11] : undefined
      if (Array.isArray(commits) && commits.length > 0) process.kill(process.pid, 'SIGKILL')
    },
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
