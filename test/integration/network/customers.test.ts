import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localnetPreset } from '../../../src/chain/index.js'
import { sleep, systemClock } from '../../../src/clock/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { LocalNetwork, type ProcessEvent, ProcessNetwork } from '../../../src/network/index.js'
import { answerTo } from '../../../src/neuron/index.js'
import { atMiner } from '../../../src/synapse/index.js'
import { doorOf, rent, Shop, type ShopState, spell } from '../../unit/neuron/customers/Shop.js'
import { bundle } from './bundle.js'

const preset = localnetPreset({ blockMs: 60, hyperparameters: { maxAllowedValidators: 1 } })

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

describe('customers over real sockets', () => {
  test('are answered, read at their own pace, and are in the state', async () => {
    const word = 'a'.repeat(300)
    await using network: LocalNetwork<never, never, ShopState> = await LocalNetwork.start<
      never,
      never,
      ShopState
    >({
      mechanism: new Shop({}, 1, 40),
      miners: [
        {
          name: 'ann',
          answers: [
            answerTo(rent, (lease) => ({ lease })),
            answerTo(spell, async function* (asked) {
              yield* asked
            }),
          ],
        },
      ],
      validators: [{ name: 'vera', customers: {} }],
      time: 'real',
      preset,
      logger: silentLogger,
    })
    const carl = network.dendrite(keyPairFromUri('//Carl'))
    const door = doorOf(network, 'vera')
    const ann = network.neurons.find(({ name }) => name === 'ann')?.hotkey ?? ''
    expect(await carl.call(rent, door, 3)).toMatchObject({ status: 'ok', answer: { lease: 3 } })
    expect(await carl.call(atMiner(rent), door, { miner: ann, request: 4 })).toMatchObject({ status: 'ok' })
    let read = ''
    for await (const chunk of carl.stream(spell, door, word)) {
      read += chunk
      if (read.length % 100 === 0) await sleep(systemClock, 30)
    }
    expect(read).toBe(word)
    const rents = [3, 4].map((hours) => `${carl.hotkey} ${hours} ok`)
    await expect
      .poll(() => network.validator('vera').state, { timeout: 10_000 })
      .toMatchObject({
        rents,
        spelt: [`${ann} ok ${word}`],
      })
  })
})

describe('customers of a validator in a process of its own', () => {
  let built: Awaited<ReturnType<typeof bundle>>
  let stateFolder: string
  beforeAll(async () => {
    built = await bundle('shop')
    stateFolder = await mkdtemp(join(tmpdir(), 'subnetkit-shop-'))
  })
  afterAll(async () => {
    await built.remove()
    await rm(stateFolder, { recursive: true, force: true })
  })

  test('are answered, told when it dies, and answered again once it is back', async () => {
    const module = join(built.folder, 'shop.mjs')
    const events: ProcessEvent[] = []
    const served = () => events.flatMap((event) => (event.type === 'customersServed' ? [event.address] : []))
    const calls = () => events.flatMap((event) => (event.type === 'customerCall' ? [event] : []))
    await using network = await ProcessNetwork.start({
      execArgv: [],
      preset,
      stateFolder,
      logger: silentLogger,
      onEvent: (event) => events.push(event),
      neurons: [
        { name: 'ann', role: 'miner', module },
        { name: 'vera', role: 'validator', module },
      ],
    })
    const hotkey = network.neurons.find(({ name }) => name === 'vera')?.hotkey
    if (hotkey === undefined) throw new TypeError('vera is missing.')
    await using carl = new Dendrite({ signer: keyPairFromUri('//Carl') })
    const [first = { host: '', port: 0 }] = served()
    const door = { hotkey, ...first }
    expect(await carl.call(rent, door, 3, { timeoutMs: 10_000 })).toMatchObject({
      status: 'ok',
      answer: { lease: 3 },
    })
    expect(await textOf(carl.stream(spell, door, 'abc'))).toBe('abc')
    await expect.poll(() => calls().length).toBe(2)
    expect(calls()).toMatchObject([
      { neuron: 'vera', synapse: 'rent', customer: carl.hotkey, status: 'ok' },
      { neuron: 'vera', synapse: 'spell', customer: carl.hotkey, status: 'ok' },
    ])

    // A miner that never answers holds it until the validator is gone.
    const held = carl.call(rent, door, -1, { timeoutMs: 20_000 })
    await network.kill('vera')
    expect(['unreachable', 'timeout']).toContain((await held).status)
    await network.restart('vera')
    await expect.poll(() => served().length, { timeout: 10_000 }).toBe(2)
    const again = { hotkey, ...(served()[1] ?? first) }
    expect(await carl.call(rent, again, 5, { timeoutMs: 10_000 })).toMatchObject({
      status: 'ok',
      answer: { lease: 5 },
    })
  })
})
