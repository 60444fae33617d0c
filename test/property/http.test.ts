import fc from 'fast-check'
import { describe, it } from 'vitest'
import { systemClock } from '../../src/clock/index.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { headerFields } from '../../src/http/headerFields.js'
import {
  decodeTensor,
  encodeTensor,
  fixedSchemes,
  memoryReplayStore,
  signBtauth,
  verifyBtauth,
} from '../../src/http/index.js'
import { parseJson, toJson } from '../../src/http/jsonBody.js'
import { bodyHashOf, type HashField } from '../../src/http/legacy/bodyHash.js'
import type { PythonType } from '../../src/http/legacy/pyStr.js'
import { signLegacy } from '../../src/http/legacy/signLegacy.js'
import { verifyLegacy } from '../../src/http/legacy/verifyLegacy.js'

const alice = keyPairFromUri('//Alice')
const bob = keyPairFromUri('//Bob')

const name = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,10}$/)
  .filter((one) => !['name', 'timeout', 'axon', 'dendrite'].includes(one))
const scalar: fc.Arbitrary<readonly [unknown, PythonType]> = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => [value, 'str'] as const),
  fc.maxSafeInteger().map((value) => [value, 'int'] as const),
  fc.boolean().map((value) => [value, 'bool'] as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [value, 'float'] as const),
)
const value = fc.oneof(
  scalar,
  fc.array(fc.maxSafeInteger()).map((list) => [list, { list: 'int' }] as const),
  fc.array(fc.string()).map((list) => [list, { list: 'str' }] as const),
)
const synapse = fc.dictionary(name, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true })

describe('a request of any flat synapse', () => {
  it('is signed by bt_header, travels as JSON, and holds at the other end', async () => {
    let nonce = BigInt(Date.now()) * 1_000_000n
    const rules = {
      receiver: alice.address,
      replays: memoryReplayStore(),
      maxTimeoutMs: 12_000,
      maxSkewMs: 2_000,
      clock: systemClock,
    }
    await fc.assert(
      fc.asyncProperty(synapse, async (fields) => {
        const body = Object.fromEntries(Object.entries(fields).map(([key, [one]]) => [key, one]))
        const hashFields: HashField[] = Object.entries(fields).map(([key, [, type]]) => ({ name: key, type }))
        nonce += 1n
        const target = { hotkey: alice.address, host: '127.0.0.1', port: 1 }
        const draft = {
          signer: bob,
          synapse: 'Any',
          body,
          hashFields,
          target,
          uuid: 'u',
          nonce,
          timeoutMs: 60_000,
        }
        const headers = signLegacy(draft)
        if (headers === undefined) return false
        const verified = await verifyLegacy(headerFields(Object.entries(headers).flat()), rules)
        const arrived = parseJson(Buffer.from(toJson('request', body)))?.value as Record<string, unknown>
        return verified.sender === bob.address && bodyHashOf(arrived, hashFields) === verified.bodyHash
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  it('is signed by btauth/1 and holds, and does not with one byte changed', async () => {
    let nonce = BigInt(Date.now()) * 1_000_000n
    const rules = {
      receiver: alice.address,
      expectedScheme: fixedSchemes({ [bob.address]: 'sr25519' }),
      replays: memoryReplayStore(),
    }
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), fc.nat(), async (text, at) => {
        nonce += 1n
        const body = Buffer.from(text)
        const headers = await signBtauth({
          signer: bob,
          target: '/Any',
          body,
          receiver: alice.address,
          nonce,
        })
        const request = { method: 'POST', target: '/Any', rawHeaders: Object.entries(headers).flat() }
        const changed = Buffer.from(body)
        changed[at % body.length] = (changed[at % body.length] ?? 0) ^ 1
        const isRefused = await verifyBtauth({ ...request, body: changed }, rules).then(
          () => false,
          (error: { refusal?: string }) => error.refusal === 'badSignature',
        )
        const { sender } = await verifyBtauth({ ...request, body }, rules)
        return isRefused && sender === bob.address
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

describe('any tensor', () => {
  it('comes back as it was', () => {
    const axes = fc.array(fc.nat({ max: 5 }), { maxLength: 4 })
    fc.assert(
      fc.property(axes, fc.infiniteStream(fc.float()), (shape, numbers) => {
        const count = shape.reduce((product, length) => product * length, 1)
        const data = Float32Array.from({ length: count }, () => numbers.next().value as number)
        const back = decodeTensor(encodeTensor({ dtype: 'float32', shape, data }))
        const isEmptyAxis = shape.length === 1 && shape[0] === 0
        return (
          Buffer.from(back.data.buffer).equals(Buffer.from(data.buffer)) &&
          (isEmptyAxis || JSON.stringify(back.shape) === JSON.stringify(shape))
        )
      }),
    )
  })
})
