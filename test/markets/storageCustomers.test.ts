import { keyPairFromUri } from 'subnetkit/crypto'
import { SeededRandom } from 'subnetkit/math'
import type { RoundRecord } from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { replayRound } from 'subnetkit/neuron'
import { Router } from 'subnetkit/router'
import { expect, test } from 'vitest'
import { bytesOf } from '../../examples/storage/bytes.js'
import { blobsOf, fetchFile, fileOf, storeFile } from '../../examples/storage/customer.js'
import { Storage } from '../../examples/storage/mechanism.js'
import { storageMiners } from '../../examples/storage/miners.js'
import { BLOB_BYTES } from '../../examples/storage/protocol.js'
import { seatOf } from '../../examples/support/marketRun.js'

test('a file is kept by miners, challenged with what the validator had them keep, and comes back', {
  timeout: 240_000,
}, async () => {
  const records: RoundRecord[] = []
  await using network = await LocalNetwork.start({
    mechanism: new Storage(),
    miners: storageMiners()
      .filter(({ name }) => name === 'better')
      .map(({ name, spec }) => ({ ...spec(seatOf(name, 'customers')), name })),
    validators: [{ name: 'desk', roundBlocks: 5, customers: {} }],
    onRound: (record) => void records.push(record),
  })
  const { hotkey, customers } = network.validator('desk')
  const desk = { hotkey, ...(customers?.address ?? { host: '', port: 0 }) }
  const dendrite = network.dendrite(keyPairFromUri('//Buyer'))
  const file = bytesOf(new SeededRandom('a file'), 25_000)
  const router = await network.run(Router.start({ dendrite, candidates: [desk], clock: network.clock }))
  const receipt = await network.run(storeFile(router, file, 20_000))
  expect(receipt.places.map(({ miner }) => miner)).toEqual(Array(2).fill(network.miner('better').hotkey))

  for await (const _ of network.epochs({ count: 2 }));
  const state = network.validator('desk').state
  const held = state.replicas[network.miner('better').hotkey] ?? []
  const ids = receipt.places.map(({ id }) => id)
  expect(held.filter(({ number }) => number === null).map(({ id }) => id)).toEqual(ids)
  // More than the three that it has room for, it has not taken.
  expect(held).toHaveLength(3)
  expect(state.tallies[network.miner('better').hotkey]).toMatchObject({ proven: expect.any(Number) })

  expect(Buffer.compare(await network.run(fetchFile(router, receipt, 5_000)), file)).toBe(0)
  await network.run(router.close())
  expect(records.length).toBeGreaterThan(2)
  for (const record of records)
    expect((await replayRound(new Storage(), record)).scores).toEqual(record.outcome.scores)
})

test('who keeps the blobs of a file can tell nothing of it, and change nothing in it', () => {
  const secret = new Uint8Array(32).fill(5)
  for (const length of [0, 1, BLOB_BYTES - 20, BLOB_BYTES - 19, 200_000]) {
    const file = new Uint8Array(length).fill(7)
    const blobs = blobsOf(file, secret)
    expect(blobs.every((blob) => blob.length === BLOB_BYTES)).toBe(true)
    expect(Buffer.compare(fileOf(blobs, secret), file)).toBe(0)
    expect(Buffer.concat(blobs).includes('\x07'.repeat(16))).toBe(false)
    const changed = blobs.map((blob) => blob.map((byte, at) => (at === 9 ? byte ^ 1 : byte)))
    expect(() => fileOf(changed, secret)).toThrow()
  }
  expect(blobsOf(new Uint8Array(BLOB_BYTES - 20), secret)).toHaveLength(1)
  expect(blobsOf(new Uint8Array(BLOB_BYTES - 19), secret)).toHaveLength(2)
})
