import { afterEach, describe, expect, test } from 'vitest'
import { ChainNode, LocalChain, localnetPreset, RemoteChain } from '../../src/chain/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import type { Logger } from '../../src/log/index.js'
import { silentLogger } from '../../src/log/index.js'
import { joinSubnet, Miner, type MinerEvent, Validator, type ValidatorEvent } from '../../src/neuron/index.js'
import { until } from '../contract/chainContract.js'
import { Guess } from '../unit/neuron/Guess.js'

const alice = keyPairFromUri('//Alice')
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A default localnet with a started subnet, behind a node. */
async function startNode(port = 0): Promise<{ chain: LocalChain; node: ChainNode }> {
  const chain = await LocalChain.start({ preset: localnetPreset({ blockMs: 20 }) })
  const node = await ChainNode.start({ chain, port })
  closing.push(async () => {
    await node.close()
    await chain.close()
  })
  await chain.call(alice, 'registerSubnet', { hotkey: keyPairFromUri('//owner').hotkey })
  await chain.call(alice, 'startSubnet', { netuid: 1 })
  return { chain, node }
}

function linesOf(): { lines: string[]; logger: Logger } {
  const lines: string[] = []
  const say = (_fields: object, message: string): void => void lines.push(message)
  return { lines, logger: { ...silentLogger, warn: say, error: say } }
}

describe('a miner and a validator whose node comes back as another chain', () => {
  test('end with one and the same named error, which an event and a line tell', async () => {
    const first = await startNode()
    const { port } = first.node.address
    const connect = async (): Promise<RemoteChain> => {
      const reconnect = { firstDelayMs: 1, maxDelayMs: 5 }
      const chain = await RemoteChain.connect({ url: first.node.url, reconnect, logger: silentLogger })
      closing.push(() => chain.close())
      return chain
    }
    const mechanism = new Guess()
    const answer = (task: number): number => task
    const told: (MinerEvent | ValidatorEvent)[] = []
    const onEvent = (event: MinerEvent | ValidatorEvent): void => void told.push(event)
    const said = linesOf()
    const shared = { netuid: 1, mechanism, onEvent, logger: said.logger }
    const miner = await Miner.join({
      ...shared,
      chain: await connect(),
      coldkey: alice,
      signer: keyPairFromUri('//miner'),
      answer,
      blacklist: () => false,
    })
    closing.push(() => miner.stop())
    const signer = keyPairFromUri('//validator')
    const chain = await connect()
    await joinSubnet({ chain, coldkey: alice, hotkey: signer.hotkey, netuid: 1, stakeRao: 10n ** 13n })
    const validator = new Validator({ ...shared, chain, signer })
    await validator.start()
    closing.push(() => validator.stop())
    const ended = [miner.done, validator.done].map((done) =>
      done.then(
        () => 'well',
        (error: unknown) => error,
      ),
    )
    await until(() => told.some(({ type }) => type === 'roundScored'))
    await first.node.close()
    await first.chain.close()
    await startNode(port)
    const errors = await Promise.all(ended)
    expect(errors).toMatchObject([
      { code: 'ChainConnection', fault: 'otherChain' },
      { code: 'ChainConnection', fault: 'otherChain' },
    ])
    const crashes = told.flatMap((event) => (event.type === 'crashed' ? [event.error] : []))
    expect(crashes).toMatchObject([{ fault: 'otherChain' }, { fault: 'otherChain' }])
    expect(said.lines.filter((line) => line.includes('ended by itself')).length).toBe(2)
    expect(said.lines.join(' ')).toContain('Another chain answers than before')
  })
})
