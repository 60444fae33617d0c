import { expect, test } from 'vitest'
import { LocalChain, localnetPreset } from '../../../src/chain/index.js'
import { reportBlocks } from '../../../src/cli/localnetReport.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { asHotkey, parseTao } from '../../../src/units/index.js'
import { memoryIo } from './memoryIo.js'

test('routine is told at most a few times a second, with how many blocks lie between; what somebody did always', async () => {
  await using chain = await LocalChain.start({ blockMs: 'manual' })
  const io = memoryIo()
  const stop = new AbortController()
  const time = { ms: 0 }
  const reported = reportBlocks(chain, { quiet: false, stop: stop.signal }, io, { now: () => time.ms })
  const produce = async (count: number): Promise<void> => {
    for (let made = 0; made < count; made++) await chain.produceBlock()
  }
  const pay = async (): Promise<void> => {
    const args = { to: keyPairFromUri('//Bob').address, amountRao: parseTao(1) }
    const paid = chain.call(keyPairFromUri('//Alice'), 'transfer', args)
    await produce(1)
    await paid
  }
  await produce(350)
  await pay()
  await io.shown('Transfer')
  time.ms = 250
  await produce(49)
  await io.shown('block 400')
  await pay()
  await pay()
  await io.shown('block 402')
  stop.abort()
  await reported
  const lines = io
    .output()
    .replaceAll(/ {2}[0-9a-f]{8}\b/g, '')
    .trimEnd()
    .split('\n')
  expect(lines).toEqual([
    'block 100',
    'block 351  Transfer  (251 blocks after the line above)',
    'block 400',
    'block 401  Transfer',
    'block 402  Transfer',
  ])
})

test('tells the epochs of every subnet, whichever block they come in', async () => {
  const preset = localnetPreset({ hyperparameters: { tempoBlocks: 10 } })
  await using chain = await LocalChain.start({ preset, blockMs: 'manual' })
  const alice = keyPairFromUri('//Alice')
  for (const netuid of [1, 2, 3]) {
    const hotkey = asHotkey(keyPairFromUri(`//Alice//owner//${netuid}`).address)
    for (const send of [
      () => chain.call(alice, 'registerSubnet', { hotkey }),
      () => chain.call(alice, 'startSubnet', { netuid }),
    ]) {
      const sent = send()
      await chain.produceBlock()
      expect((await sent).refusal).toBeNull()
    }
    await chain.produceBlock()
    await chain.produceBlock()
  }
  const io = memoryIo()
  const stop = new AbortController()
  const time = { ms: 0 }
  const reported = reportBlocks(chain, { quiet: false, stop: stop.signal }, io, { now: () => time.ms })
  const ran: string[] = []
  for (let block = 0; block < 24; block++) {
    const { header, events } = await chain.produceBlock()
    for (const { name, netuid, data } of events) {
      if (name !== 'EpochRan') continue
      ran.push(`epoch ${data.epochIndex} of subnet ${netuid}`)
      await io.shown(`block ${header.number}`)
    }
    // A block takes a tenth of what lies between two lines of one subnet, and a tempo all of it.
    time.ms += 25
  }
  stop.abort()
  await reported
  expect(new Set(ran.map((text) => text.slice(-1)))).toEqual(new Set(['1', '2', '3']))
  for (const text of ran) expect(io.output()).toContain(text)
})
