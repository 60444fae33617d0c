import { describe, expect, test } from 'vitest'
import { BlockTooLargeError, LocalChain, localnetPreset } from '../../../src/chain/index.js'
import { SubnetFollower } from '../../../src/neuron/SubnetFollower.js'
import { RAO_PER_TAO } from '../../../src/units/index.js'
import { hotkeyNamed, keyNamed } from './World.js'

const payer = keyNamed('payer')
const endowed = [{ address: payer.address, balanceRao: 200_000n * RAO_PER_TAO }]

async function followedChain(historyBlocks: number) {
  const chain = await LocalChain.start({
    preset: localnetPreset({ endowed }),
    blockMs: 'manual',
    historyBlocks,
  })
  const added = chain.call(payer, 'registerSubnet', { hotkey: hotkeyNamed('owner') })
  await nextTurn()
  await chain.produceBlock()
  await added
  const controller = new AbortController()
  const follower = new SubnetFollower({ chain, netuid: 1, signal: controller.signal })
  const ended = follower.run()
  return { chain, follower, ended, stop: () => controller.abort() }
}

/** Lets every promise that can settle do so. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('SubnetFollower', () => {
  test('hands out the newest block only', async () => {
    const { chain, follower, ended, stop } = await followedChain(100)
    const first = follower.next(-1)
    for (let block = 0; block < 3; block++) void chain.produceBlock()
    expect((await first)!.number).toBeGreaterThanOrEqual(2)
    await nextTurn()
    expect((await follower.next(-1))!.number).toBe(4)
    stop()
    await ended
    expect(await follower.next(4)).toBeUndefined()
  })

  test('reads the metagraph again only after a block that concerns the subnet', async () => {
    const { chain, follower, ended, stop } = await followedChain(100)
    const early = await follower.metagraph()
    await chain.produceBlock()
    await follower.next(1)
    // What happened before its first block it cannot know.
    const before = await follower.metagraph()
    expect(before).not.toBe(early)
    await chain.produceBlock()
    await follower.next(2)
    expect(await follower.metagraph()).toBe(before)
    const registered = chain.call(payer, 'registerNeuron', {
      netuid: 1,
      hotkey: hotkeyNamed('a'),
      limitRao: null,
    })
    await nextTurn()
    await chain.produceBlock()
    await registered
    await follower.next(3)
    expect((await follower.metagraph()).n).toBe(before.n + 1)
    stop()
    await ended
  })

  test('goes on after blocks it missed, and trusts no older metagraph then', async () => {
    const { chain, follower, ended, stop } = await followedChain(1)
    const before = await follower.metagraph()
    // The reader has no turn in between, and the chain keeps one block.
    for (let block = 0; block < 5; block++) void chain.produceBlock()
    await nextTurn()
    await chain.produceBlock()
    expect((await follower.next(6))!.number).toBe(7)
    expect(await follower.metagraph()).not.toBe(before)
    stop()
    await ended
  })

  test('goes on after a block that is too large to be sent, and trusts no older metagraph then', async () => {
    const { chain, stop: stopOther, ended: otherEnded } = await followedChain(100)
    let isFirst = true
    const withLarge: LocalChain = new Proxy(chain, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target)
        if (key !== 'blocks') return typeof value === 'function' ? value.bind(target) : value
        return async function* (options: object) {
          for await (const update of target.blocks(options)) {
            if (update.header.number === 3 && isFirst) {
              isFirst = false
              throw new BlockTooLargeError({ block: 3, bytes: 2, mostBytes: 1 })
            }
            yield update
          }
        }
      },
    })
    const controller = new AbortController()
    let gaps = 0
    const options = { chain: withLarge, netuid: 1, signal: controller.signal, onGap: () => gaps++ }
    const follower = new SubnetFollower(options)
    const ended = follower.run()
    await chain.produceBlock()
    await follower.next(1)
    const before = await follower.metagraph()
    await chain.produceBlock()
    await nextTurn()
    await chain.produceBlock()
    expect((await follower.next(2))?.number).toBe(4)
    expect(gaps).toBe(1)
    expect(await follower.metagraph()).not.toBe(before)
    controller.abort()
    stopOther()
    await Promise.all([ended, otherEnded])
  })

  test('asks again after a metagraph that could not be read', async () => {
    const chain = await LocalChain.start({ preset: localnetPreset({ endowed }), blockMs: 'manual' })
    const follower = new SubnetFollower({ chain, netuid: 1, signal: new AbortController().signal })
    await expect(follower.metagraph()).rejects.toMatchObject({ code: 'SubnetNotExists' })
    const added = chain.call(payer, 'registerSubnet', { hotkey: hotkeyNamed('owner') })
    await nextTurn()
    await chain.produceBlock()
    await added
    expect((await follower.metagraph()).n).toBe(1)
  })

  test('ends with the chain', async () => {
    const { chain, follower, ended } = await followedChain(100)
    const waiting = follower.next(1)
    await chain.close()
    await ended
    expect(await waiting).toBeUndefined()
  })
})
