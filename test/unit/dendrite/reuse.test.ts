import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Axon } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { Dendrite, type DendriteLimits, type Target } from '../../../src/dendrite/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const name = defineSynapse({ name: 'name', request: z.unknown(), answer: z.string() })
const bob = keyPairFromUri('//Bob', { scheme: 'ed25519' })

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Two axons that answer with their names once they may, and a dendrite. */
async function scene(limits: Partial<DendriteLimits> = {}) {
  const carrier = createMemoryNetwork()
  let answer = (): void => {}
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve
  })
  const targets: Target[] = []
  for (const host of ['a', 'b']) {
    const signer = keyPairFromUri(`//${host}`, { scheme: 'ed25519' })
    const axon = new Axon({ signer, carrier, host, port: 1, logger: silentLogger, limits: { stopMs: 1 } })
    axon.handle(name, () => mayAnswer.then(() => host))
    await axon.start()
    closing.push(() => axon.stop())
    targets.push({ hotkey: axon.hotkey, ...axon.address })
  }
  const dendrite = new Dendrite({ signer: bob, carrier, limits })
  closing.push(() => dendrite.close())
  const [a, b] = targets as [Target, Target]
  return { dendrite, a, b, answer }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a target', () => {
  it('is read when the call is made: its owner may use the object for the next one', async () => {
    const { dendrite, a, b, answer } = await scene()
    answer()
    const target = { ...a }
    const first = dendrite.call(name, target, 1)
    Object.assign(target, b)
    const second = dendrite.call(name, target, 1)
    expect(await Promise.all([first, second])).toMatchObject([{ answer: 'a' }, { answer: 'b' }])
    const targets = [a, b]
    const all = dendrite.callAll(name, targets, 1, { concurrency: 1 })
    targets.length = 0
    expect(await all).toMatchObject([{ answer: 'a' }, { answer: 'b' }])
  })
})

describe('a fan-out', () => {
  it('keeps what it has when the dendrite is closed, and ends the rest as unreachable', async () => {
    const { dendrite, a, b } = await scene()
    const gone = { ...b, port: 2 }
    const all = dendrite.callAll(name, [gone, a, b], 1, { concurrency: 1, requestId: 'fan' })
    await settled()
    await dendrite.close()
    const results = await all
    expect(results[0]).toMatchObject({ status: 'unreachable', unhandled: true })
    expect(results[1]).toMatchObject({ status: 'unreachable', unhandled: false })
    expect(results[2]).toMatchObject({ status: 'unreachable', unhandled: true, requestId: 'fan' })
    await expect(dendrite.callAll(name, [a], 1)).rejects.toMatchObject({ code: 'DendriteClosed' })
  })
})

describe('a getter of a body', () => {
  it('may make a call over the connection for which it is read', async () => {
    const { dendrite, a, answer } = await scene()
    answer()
    expect(await dendrite.call(name, a, 1)).toMatchObject({ status: 'ok' })
    let inner: Promise<{ status: string }> | undefined
    const body = {
      get more() {
        inner = dendrite.call(name, a, 2)
        return 1
      },
    }
    expect(await dendrite.call(name, a, body)).toMatchObject({ status: 'ok' })
    expect(await inner).toMatchObject({ status: 'ok' })
  })
})

describe('calls that wait for a connection', () => {
  it('end one after the other, however many cannot be written', async () => {
    const many = 20_000
    const { dendrite, a, answer } = await scene({
      maxFrameBytes: 4_096,
      maxCallsPerConnection: 1,
      maxQueuedPerConnection: many,
    })
    const patient = { timeoutMs: 100_000 }
    const first = dendrite.call(name, a, 1, patient)
    await settled()
    const large = new Uint8Array(5_000)
    const rest = Array.from({ length: many }, () => dendrite.call(name, a, large, patient))
    await settled()
    answer()
    expect(await first).toMatchObject({ status: 'ok' })
    expect(new Set((await Promise.all(rest)).map(({ status }) => status))).toEqual(new Set(['tooLarge']))
    expect(await dendrite.call(name, a, 1)).toMatchObject({ status: 'ok' })
  }, 120_000)
})
