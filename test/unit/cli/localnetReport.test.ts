import { expect, test } from 'vitest'
import { LocalChain } from '../../../src/chain/index.js'
import { reportBlocks } from '../../../src/cli/localnetReport.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { parseTao } from '../../../src/units/index.js'
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
