import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Axon, type FailedEvent, RelayedError, type RelayedFailure } from '../../../src/axon/index.js'
import { keyPairFromUri } from '../../../src/crypto/index.js'
import { CallFailedError, Dendrite } from '../../../src/dendrite/index.js'
import { defineStream, defineSynapse, type Status, statusTable } from '../../../src/synapse/index.js'
import { createMemoryNetwork } from '../../../src/transport/index.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const relay = defineSynapse({ name: 'relay', request: z.any(), answer: z.number() })
const relays = defineStream({ name: 'relays', request: z.any(), chunk: z.number() })
const failures = Object.keys(statusTable).filter((status) => status !== 'ok') as Exclude<Status, 'ok'>[]

let end: () => Promise<void>
afterEach(() => end())

async function relaying(failure: RelayedFailure) {
  const carrier = createMemoryNetwork()
  const said: string[] = []
  const note = (_: object, line: string): void => void said.push(line)
  const logger = { debug: note, info: note, warn: note, error: note }
  const axon = new Axon({ signer, carrier, logger })
  const failed: FailedEvent[] = []
  axon.on('failed', (event) => failed.push(event))
  axon.handle(relay, () => {
    throw new RelayedError(failure)
  })
  axon.handle(relays, async function* () {
    yield 1
    throw new RelayedError(failure)
  })
  await axon.start()
  const dendrite = new Dendrite({ signer: keyPairFromUri('//Bob', { scheme: 'ed25519' }), carrier })
  end = async () => {
    await dendrite.close()
    await axon.stop()
  }
  return { axon, dendrite, said, failed, target: { hotkey: axon.hotkey, ...axon.address } }
}

describe('a handler that relays how a call of its own ended', () => {
  test.each(failures)('has its caller told %s, and is not at fault', async (status) => {
    const { axon, dendrite, said, failed, target } = await relaying({ status, unhandled: true })
    expect(await dendrite.call(relay, target, 1)).toMatchObject({ status, unhandled: true })
    expect(failed).toMatchObject([{ status, cause: { name: 'RelayedError', code: 'Relayed' } }])
    expect(axon.counters.failed).toEqual({ [status]: 1 })
    expect(said).toEqual([])
  })

  test('says when to come back where the other is overloaded', async () => {
    const { dendrite, target } = await relaying({ status: 'overloaded', unhandled: true, retryAfterMs: 70 })
    const result = await dendrite.call(relay, target, 1)
    expect(result).toMatchObject({ status: 'overloaded', unhandled: true, retryAfterMs: 70 })
  })

  test('may have given some of a stream', async () => {
    const { dendrite, target } = await relaying({ status: 'timeout', unhandled: false, retryAfterMs: 70 })
    const given: number[] = []
    const reading = (async () => {
      for await (const chunk of dendrite.stream(relays, target, 1)) given.push(chunk)
    })()
    await expect(reading).rejects.toSatisfy((error) => (error as CallFailedError).status === 'timeout')
    await expect(reading).rejects.toBeInstanceOf(CallFailedError)
    expect(given).toEqual([1])
  })
})

describe('RelayedError', () => {
  test.each<[string, unknown, string]>([
    ['an answer', { status: 'ok', unhandled: true }, 'failure.status'],
    ['no status', { unhandled: true }, 'failure.status'],
    ['no flag', { status: 'failed' }, 'failure.unhandled'],
    [
      'half a millisecond',
      { status: 'overloaded', unhandled: true, retryAfterMs: 0.5 },
      'failure.retryAfterMs',
    ],
    ['an unknown key', { status: 'failed', unhandled: true, reason: 'so' }, 'failure.reason'],
  ])('is not made of %s', (_, failure, field) => {
    end = async () => {}
    expect(() => new RelayedError(failure as RelayedFailure)).toThrow(
      expect.objectContaining({ name: 'InvalidArgumentError', field }),
    )
  })
})
