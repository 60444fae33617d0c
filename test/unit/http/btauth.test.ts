import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/clock/index.js'
import {
  bytesOfHex,
  hexOf,
  keyPairFromSeed,
  keyPairFromUri,
  miniSecretOfMnemonic,
  publicKeyOf,
  verifySignature,
} from '../../../src/crypto/index.js'
import { InvalidArgumentError } from '../../../src/errors/index.js'
import { envelopeMessage, verifyEnvelope } from '../../../src/http/btauth/envelope.js'
import { loadMlDsa65 } from '../../../src/http/btauth/mlDsa.js'
import { btauthPayload } from '../../../src/http/btauth/payload.js'
import type { BtauthScheme } from '../../../src/http/btauth/schemes.js'
import { generationSeed } from '../../../src/http/btauth/signBtauth.js'
import { type BtauthRules, checkBtauth } from '../../../src/http/btauth/verifyBtauth.js'
import { headerFields } from '../../../src/http/headerFields.js'
import {
  type BtauthSigner,
  envelopeSigner,
  fixedSchemes,
  memoryReplayStore,
  type ReplayStore,
  RequestRefusedError,
  registrySchemes,
  signBtauth,
} from '../../../src/http/index.js'
import type { Address } from '../../../src/units/index.js'

/** @source spec: `spec/wire-python-interop.md` B7 */
const NONCE = 1752076800000000000n
const TARGET = '/generate?stream=false'
const BODY = new TextEncoder().encode('{"prompt": "hello"}')
const bob = keyPairFromUri('//Bob').address
const alice = keyPairFromUri('//Alice')
const aliceEd = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const seed = new Uint8Array(32).fill(3)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const HASHED = '5Du5D4jstmEn3QPytQLqgowz2huycvq7XvUFpY8u5PJTx6Dd'
const MLDSA = '5GBhbTjFBx7Rtt1u7sUZP3CovHsGWo1VQxqyRfeUVMQmLdf2'
const HASHED_HEADER =
  '0x4254484d53473031010123c2153ab6fc4d0a3f3cf4b2ffcb1bc0ecc5d6737ecb32addbc1f20fadb3223a4220dab7c75d2b0a2088639dc3d314d22f82493cfc86a0efa36e194bc54436122a7375804c9a81b483e29c49512fc0dd8e19be9a6167a894278c4d13cb01e04766fbfdcfa2d4ccd2249a60175e7944ffdb0c231fc0da857cbf8c67865b2e3e85'
const ALICE_SIGNATURE =
  '0xc6da1f99db76a920b064324d32625f515fffeede1f3a80c2dde742c9b3c24d2f5e8436474d7ebff0e739aed257c12404516def38ad7eaab623e1ee1649013f86'
const ED_SIGNATURE =
  '0x1a6b631988bf1f7ea093ab9d5acf61f05c316d0b0e428b24b487b75a5f6ee0e1a56a26918fdf871b6cf09437e6588023a4ce423cf622621b2a7feee17612f704'

const payloadOf = (scheme: BtauthScheme, sender: string): Uint8Array =>
  btauthPayload({ scheme, method: 'POST', target: TARGET, body: BODY, nonce: NONCE, sender, receiver: bob })

type Headers = Record<string, string | undefined>

const vectorHeaders = (sender: string, signature: string, scheme?: string): Headers => ({
  'X-Bittensor-Version': '1',
  'X-Bittensor-Hotkey': sender,
  'X-Bittensor-Receiver': bob,
  'X-Bittensor-Nonce': String(NONCE),
  'X-Bittensor-Crypto': scheme,
  'X-Bittensor-Signature': signature,
})
const ofAlice = (): Headers => vectorHeaders(alice.address, ALICE_SIGNATURE)
const ofAliceEd = (): Headers => vectorHeaders(aliceEd.address, ED_SIGNATURE, 'ed25519')

const fixed = fixedSchemes({
  [alice.address]: 'sr25519',
  [aliceEd.address]: 'ed25519',
  [HASHED]: 'hashed',
  [MLDSA]: 'mldsa',
})
const rulesWith = (rules: Partial<BtauthRules> = {}): BtauthRules => ({
  receiver: bob,
  expectedScheme: fixed,
  replays: memoryReplayStore(),
  ...rules,
})

interface Trial {
  readonly headers: Headers
  readonly extra?: readonly string[]
  readonly rules?: Partial<BtauthRules>
  readonly method?: string
  readonly target?: string
  readonly body?: Uint8Array
  readonly nowNs?: bigint
}

/** What becomes of a request: `ok`, or the kind of refusal. */
async function verdictOf(trial: Trial): Promise<string> {
  const {
    headers,
    extra = [],
    rules,
    method = 'POST',
    target = TARGET,
    body = BODY,
    nowNs = NONCE + 1_000_000n,
  } = trial
  const raw = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [name, value]))
  try {
    await checkBtauth({ method, target, body }, headerFields([...raw, ...extra]), rulesWith(rules), nowNs)
    return 'ok'
  } catch (error) {
    if (error instanceof RequestRefusedError) return error.refusal
    throw error
  }
}

describe('the payload of btauth/1', () => {
  it('has the bytes of the vectors', () => {
    expect(sha256(BODY)).toBe('341c57448e531310fbbe83f44cea2a5e838bd9e8a6b82b269f01d0dbbc23c3cc')
    const sr = payloadOf('sr25519', alice.address)
    expect([sr.length, sha256(sr)]).toEqual([
      227,
      'baf86fd1c333d473ab47b43f8dbd682d51df91b5db8ec09ee06d86f80f4075fd',
    ])
    const ed = payloadOf('ed25519', aliceEd.address)
    expect(sha256(ed)).toBe('ade0f7048e8b6c022c3de88fa8edd9c64a91390b77c9a059f716c0b1f0a1ac13')
    const hashed = payloadOf('hashed', HASHED)
    expect([hashed.length, sha256(hashed)]).toEqual([
      226,
      '23b2e8ffcfec2f168f9a8065f61b11a9badb49f73f008ccc341e561b16f7dcad',
    ])
    const mldsa = payloadOf('mldsa', MLDSA)
    expect([mldsa.length, sha256(mldsa)]).toEqual([
      225,
      '3519e802f57c839a13e347848cc08446109c9bcc75edcd0ee9f7308ed3e31f71',
    ])
  })

  it('is signed by ed25519 with exactly the signature of the vector', async () => {
    const headers = await signBtauth({
      signer: aliceEd,
      target: TARGET,
      body: BODY,
      nonce: NONCE,
      receiver: bob,
    })
    expect(headers['X-Bittensor-Signature']).toBe(ED_SIGNATURE)
    expect(headers['X-Bittensor-Crypto']).toBe('ed25519')
  })
})

describe('accounts whose address is a hash', () => {
  it('derive the keys of the vectors', () => {
    const keyOf = (generation: number): string =>
      hexOf(keyPairFromSeed(generationSeed('hashed', seed, generation)).publicKey)
    expect(keyOf(0)).toBe('4220dab7c75d2b0a2088639dc3d314d22f82493cfc86a0efa36e194bc5443612')
    expect(keyOf(872)).toBe('18885ee3441c25bd1c0ac0986959fcf33169ec2a6300e7a7a4572010463a7366')
  })

  it('have the addresses of the vectors', async () => {
    expect((await envelopeSigner({ scheme: 'hashed', masterSeed: seed })).address).toBe(HASHED)
    expect((await envelopeSigner({ scheme: 'mldsa', masterSeed: seed })).address).toBe(MLDSA)
    const words = `${'abandon '.repeat(11)}about`
    const ofWords = await envelopeSigner({ scheme: 'hashed', masterSeed: miniSecretOfMnemonic(words) })
    expect(ofWords.address).toBe('5ELvzckdbaShVHktHtSa7gH77AWawQSyfeRLXT1sbvquNjha')
  })

  it('sign the messages of the vectors', () => {
    const hashed = envelopeMessage(publicKeyOf(HASHED as Address), payloadOf('hashed', HASHED))
    expect([hashed.length, sha256(hashed)]).toEqual([
      287,
      '98e67474dbfe6cdd3087d72c7da8968e2e58125e9332d5ea466d9ca56c29406e',
    ])
    const mldsa = envelopeMessage(publicKeyOf(MLDSA as Address), payloadOf('mldsa', MLDSA))
    expect([mldsa.length, sha256(mldsa)]).toEqual([
      286,
      '29da769352bb5a95feac3e98d5553a79150234543624a3ac9e24bab28a32f7a6',
    ])
  })

  it('have the ML-DSA key and the unhedged signature and envelope of the vectors', async () => {
    const mlDsa65 = await loadMlDsa65()
    const { publicKey, secretKey } = mlDsa65.keygen(generationSeed('mldsa', seed, 0))
    expect(sha256(publicKey)).toBe('216cc48392d82dcfb7fd19d23a5a67dc5716922ca397cf36e5dbcded229cbc99')
    const message = envelopeMessage(publicKeyOf(MLDSA as Address), payloadOf('mldsa', MLDSA))
    const signature = mlDsa65.sign(message, secretKey, false)
    expect([signature.length, sha256(signature)]).toEqual([
      3309,
      '91037e32c03640b850842488a6fa9569935fcd9d6f0f036e3a569bd3846afdf7',
    ])
    const descriptor = bytesOfHex('0102305fd5f4e80887db003251658782a4692a8ac8c2b617128ffaed2141bba1a51c')
    const envelope = Buffer.concat([Buffer.from('BTHMSG01'), descriptor, publicKey, signature])
    expect([envelope.length, sha256(envelope)]).toEqual([
      5303,
      '022db67b2f8855b6d1b81e20e1c2681e84da20759c24aa1d6e78939d750f861a',
    ])
    expect(await verdictOf({ headers: vectorHeaders(MLDSA, `0x${hexOf(envelope)}`, 'mldsa') })).toBe('ok')
    // Under no context, as the on-chain form or a forgotten option would have it, nothing holds.
    const { ml_dsa65: bare } = await import('@noble/post-quantum/ml-dsa.js')
    const other = Buffer.concat([envelope.subarray(0, -3309), bare.sign(message, secretKey)])
    const account = publicKeyOf(MLDSA as Address)
    expect(
      await verifyEnvelope({ scheme: 'mldsa', payload: payloadOf('mldsa', MLDSA), account, envelope: other }),
    ).toBe(false)
  })
})

describe('verifying btauth/1', () => {
  it('takes the requests of the vectors', async () => {
    expect(await verdictOf({ headers: ofAlice() })).toBe('ok')
    expect(await verdictOf({ headers: { ...ofAlice(), 'X-Bittensor-Crypto': 'sr25519' } })).toBe('ok')
    expect(await verdictOf({ headers: ofAliceEd() })).toBe('ok')
    expect(await verdictOf({ headers: vectorHeaders(HASHED, HASHED_HEADER, 'hashed') })).toBe('ok')
  })

  it.each([
    ['age of 10 s', 10_000_000_000n, 'ok'],
    ['age of 10 s and 1 ns', 10_000_000_001n, 'stale'],
    ['age of 11 s', 11_000_000_000n, 'stale'],
    ['skew of 2 s', -2_000_000_000n, 'ok'],
    ['skew of 2 s and 1 ns', -2_000_000_001n, 'stale'],
    ['skew of 3 s', -3_000_000_000n, 'stale'],
  ])('%s: %s ns after it was signed it is %s', async (_what, ns, verdict) => {
    expect(await verdictOf({ headers: ofAlice(), nowNs: NONCE + ns })).toBe(verdict)
  })

  it.each([
    ['another nonce', { headers: { ...ofAlice(), 'X-Bittensor-Nonce': String(NONCE + 1n) } }, 'badSignature'],
    ['another body', { headers: ofAlice(), body: new Uint8Array() }, 'badSignature'],
    ['another method', { headers: ofAlice(), method: 'PUT' }, 'badSignature'],
    ['another path', { headers: ofAlice(), target: '/generate?stream=true' }, 'badSignature'],
    [
      'the scheme header taken off',
      { headers: { ...ofAliceEd(), 'X-Bittensor-Crypto': undefined } },
      'badSignature',
    ],
    ['another receiver', { headers: ofAlice(), rules: { receiver: alice.address } }, 'wrongReceiver'],
    ['no receiver', { headers: { ...ofAlice(), 'X-Bittensor-Receiver': undefined } }, 'wrongReceiver'],
    [
      'a receiver that was taken off where none is needed',
      { headers: { ...ofAlice(), 'X-Bittensor-Receiver': undefined }, rules: { requireReceiver: false } },
      'badSignature',
    ],
    ['no version', { headers: { ...ofAlice(), 'X-Bittensor-Version': undefined } }, 'malformed'],
    ['version 2', { headers: { ...ofAlice(), 'X-Bittensor-Version': '2' } }, 'malformed'],
    ['no hotkey', { headers: { ...ofAlice(), 'X-Bittensor-Hotkey': undefined } }, 'malformed'],
    ['an empty hotkey', { headers: { ...ofAlice(), 'X-Bittensor-Hotkey': '' } }, 'malformed'],
    ['no nonce', { headers: { ...ofAlice(), 'X-Bittensor-Nonce': undefined } }, 'malformed'],
    ['a nonce that is no number', { headers: { ...ofAlice(), 'X-Bittensor-Nonce': 'now' } }, 'malformed'],
    [
      'a nonce with a zero in front',
      { headers: { ...ofAlice(), 'X-Bittensor-Nonce': `0${NONCE}` } },
      'malformed',
    ],
    ['a nonce with a sign', { headers: { ...ofAlice(), 'X-Bittensor-Nonce': `+${NONCE}` } }, 'malformed'],
    ['a nonce of 21 digits', { headers: { ...ofAlice(), 'X-Bittensor-Nonce': `${NONCE}00` } }, 'malformed'],
    ['scheme ecdsa', { headers: { ...ofAlice(), 'X-Bittensor-Crypto': 'ecdsa' } }, 'malformed'],
    ['a scheme in capitals', { headers: { ...ofAlice(), 'X-Bittensor-Crypto': 'SR25519' } }, 'malformed'],
    ['no signature', { headers: { ...ofAlice(), 'X-Bittensor-Signature': undefined } }, 'malformed'],
    [
      'a signature that is no hexadecimal',
      { headers: { ...ofAlice(), 'X-Bittensor-Signature': '0xzz' } },
      'malformed',
    ],
    [
      'a signature without 0x',
      { headers: { ...ofAlice(), 'X-Bittensor-Signature': ALICE_SIGNATURE.slice(2) } },
      'malformed',
    ],
    [
      'a signature in capitals',
      { headers: { ...ofAlice(), 'X-Bittensor-Signature': `0x${ALICE_SIGNATURE.slice(2).toUpperCase()}` } },
      'malformed',
    ],
    [
      'a signature that is too short',
      { headers: { ...ofAlice(), 'X-Bittensor-Signature': ALICE_SIGNATURE.slice(0, -2) } },
      'malformed',
    ],
    ['a header twice', { headers: ofAlice(), extra: ['x-bittensor-nonce', String(NONCE)] }, 'malformed'],
    ['the receiver twice', { headers: ofAlice(), extra: ['x-bittensor-receiver', bob] }, 'malformed'],
    [
      'a sender who is not known',
      { headers: ofAlice(), rules: { expectedScheme: fixedSchemes({}) } },
      'unknownSender',
    ],
    [
      'a registry that cannot be read',
      { headers: ofAlice(), rules: { expectedScheme: async () => Promise.reject(new Error('down')) } },
      'unavailable',
    ],
    ['a request of before the start', { headers: ofAlice(), rules: { notBeforeMs: 1752076800001 } }, 'stale'],
  ] as readonly (readonly [string, Trial, string])[])('refuses %s', async (_what, trial, verdict) => {
    expect(await verdictOf(trial)).toBe(verdict)
  })

  it('says a hotkey that is no address is malformed, even where a pin names it', async () => {
    const headers = { ...ofAlice(), 'X-Bittensor-Hotkey': 'nobody' }
    expect(await verdictOf({ headers, rules: { expectedScheme: () => 'sr25519' } })).toBe('malformed')
  })

  it('refuses the second use', async () => {
    const rules = { replays: memoryReplayStore() }
    expect(await verdictOf({ headers: ofAlice(), rules })).toBe('ok')
    expect(await verdictOf({ headers: ofAlice(), rules })).toBe('replayed')
  })

  it.each([
    ['for another hotkey', { headers: ofAlice(), rules: { receiver: alice.address } }],
    ['too old', { headers: ofAlice(), nowNs: NONCE + 11_000_000_000n }],
    ['of before the start', { headers: ofAlice(), rules: { notBeforeMs: 1752076800001 } }],
    ['of a sender who is no address', { headers: { ...ofAlice(), 'X-Bittensor-Hotkey': 'nobody' } }],
  ] as readonly (readonly [string, Trial])[])(
    'asks nobody for a scheme where it is %s',
    async (_what, trial) => {
      const asked: string[] = []
      const expectedScheme: BtauthRules['expectedScheme'] = (sender) => {
        asked.push(sender)
        return 'sr25519'
      }
      expect(await verdictOf({ ...trial, rules: { ...trial.rules, expectedScheme } })).not.toBe('ok')
      expect(asked).toEqual([])
    },
  )

  it('waits until a request was signed where a restart would empty the store, and does not where it lasts', async () => {
    const nowMs = Number(NONCE / 1_000_000n) - 1_500
    for (const isDurable of [false, true]) {
      const clock = new VirtualClock({ startMs: nowMs })
      const atMs: number[] = []
      const record = () => {
        atMs.push(clock.now() - nowMs)
        return 'fresh' as const
      }
      const rules = { replays: { retentionMs: 60_000, isDurable, record }, clock }
      const verdict = verdictOf({ headers: ofAlice(), nowNs: BigInt(nowMs) * 1_000_000n, rules })
      await clock.run({ untilMs: nowMs + 2_000 })
      expect([await verdict, atMs]).toEqual(['ok', [isDurable ? 0 : 1_500]])
    }
  })

  it('asks the store only after the signature held', async () => {
    const asked: string[] = []
    const replays: ReplayStore = {
      retentionMs: 60_000,
      isDurable: true,
      record: ({ nonce }) => {
        asked.push(nonce)
        return 'fresh'
      },
    }
    await verdictOf({ headers: ofAlice(), body: new Uint8Array(), rules: { replays } })
    expect(asked).toEqual([])
    await verdictOf({ headers: ofAlice(), rules: { replays } })
    expect(asked).toEqual([`btauth/1 ${NONCE}`])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'unavailable',
    ],
    ['rejects', () => Promise.reject(new Error('down')), 'unavailable'],
    ['says what means nothing', () => 'yes' as never, 'unavailable'],
    ['is full', () => 'full' as const, 'tooMany'],
  ])('refuses where the store %s', async (_what, record, verdict) => {
    expect(
      await verdictOf({
        headers: ofAlice(),
        rules: { replays: { retentionMs: 60_000, isDurable: true, record } },
      }),
    ).toBe(verdict)
  })

  it('refuses a store that forgets sooner than requests grow stale', async () => {
    const maxAgeMs = 120_000
    await expect(verdictOf({ headers: ofAlice(), rules: { maxAgeMs } })).rejects.toThrow(InvalidArgumentError)
    const replays = memoryReplayStore({ retentionMs: 300_000 })
    expect(
      await verdictOf({ headers: ofAlice(), rules: { maxAgeMs, replays }, nowNs: NONCE + 100_000_000_000n }),
    ).toBe('ok')
  })

  it('takes a pin that names no scheme for a mistake of the server, not of the caller', async () => {
    const expectedScheme = (() => 'rsa') as unknown as BtauthRules['expectedScheme']
    await expect(verdictOf({ headers: ofAlice(), rules: { expectedScheme } })).rejects.toThrow(
      InvalidArgumentError,
    )
  })

  it('does not verify classically what claims another scheme than the pin', async () => {
    const headers = { ...vectorHeaders(MLDSA, `0x${'00'.repeat(64)}`), 'X-Bittensor-Crypto': 'sr25519' }
    expect(await verdictOf({ headers })).toBe('badSignature')
  })
})

describe('the schemes of btauth/1', () => {
  const schemes: readonly BtauthScheme[] = ['sr25519', 'ed25519', 'hashed', 'mldsa']
  const signers: Record<BtauthScheme, () => Promise<BtauthSigner>> = {
    sr25519: async () => alice,
    ed25519: async () => aliceEd,
    hashed: () => envelopeSigner({ scheme: 'hashed', masterSeed: seed }),
    mldsa: () => envelopeSigner({ scheme: 'mldsa', masterSeed: seed }),
  }
  const pairs = schemes.flatMap((signed) => schemes.map((pinned) => [signed, pinned] as const))

  it.each(pairs)('a request of %s under the pin %s', async (signed, pinned) => {
    const signer = await signers[signed]()
    const headers = await signBtauth({ signer, target: TARGET, body: BODY, nonce: NONCE, receiver: bob })
    const rules = { expectedScheme: () => pinned }
    expect(await verdictOf({ headers, rules })).toBe(signed === pinned ? 'ok' : 'badSignature')
    // Off the diagonal the signature header is not looked at: without it the verdict is the same.
    if (signed === pinned) return
    const bare = { ...headers, 'X-Bittensor-Signature': undefined }
    expect(await verdictOf({ headers: bare, rules })).toBe('badSignature')
  })
})

describe('an envelope', () => {
  const payload = payloadOf('hashed', HASHED)
  const account = publicKeyOf(HASHED as Address)
  const envelope = bytesOfHex(HASHED_HEADER)
  const holds = (bytes: Uint8Array, scheme: 'hashed' | 'mldsa' = 'hashed'): Promise<boolean> =>
    verifyEnvelope({ scheme, payload, account, envelope: bytes })

  it('holds as it is', async () => {
    expect(await holds(envelope)).toBe(true)
  })

  it.each([
    ['magic', 0],
    ['descriptor version', 8],
    ['tag', 9],
    ['commitment', 10],
    ['key', 42],
    ['signature', 74],
    ['last byte', 137],
  ])('does not with another %s', async (_what, at) => {
    const other = envelope.slice()
    other[at] = (other[at] ?? 0) ^ 1
    expect(await holds(other)).toBe(false)
  })

  it('does not with a byte more or less, of another scheme, or of nothing', async () => {
    expect(await holds(envelope.slice(0, -1))).toBe(false)
    expect(await holds(Uint8Array.from([...envelope, 0]))).toBe(false)
    expect(await holds(envelope, 'mldsa')).toBe(false)
    expect(await holds(new Uint8Array())).toBe(false)
  })

  it('does not hold as a signature of another kind of message', () => {
    const publicKey = envelope.subarray(42, 74)
    expect(
      verifySignature({ scheme: 'sr25519', publicKey, message: payload, signature: envelope.subarray(74) }),
    ).toBe(false)
  })
})

describe('the pins of a registry', () => {
  const members = new Set<string>([alice.address, HASHED])

  it('are its own, else sr25519 for members, else none', async () => {
    const pins = registrySchemes({
      read: async (sender) => (sender === MLDSA ? 'mldsa' : undefined),
      isMember: (sender) => members.has(sender),
    })
    expect(await pins(MLDSA)).toBe('mldsa')
    expect(await pins(alice.address)).toBe('sr25519')
    expect(await pins(bob)).toBeUndefined()
  })

  it('are kept by finalized block, and looked up anew when it moves', async () => {
    let [block, reads] = [1, 0]
    const read = async (): Promise<undefined> => void reads++
    const pins = registrySchemes({
      read,
      isMember: (sender) => members.has(sender),
      finalizedBlock: () => block,
    })
    await pins(alice.address)
    await pins(alice.address)
    expect(reads).toBe(1)
    block = 2
    await pins(alice.address)
    expect(reads).toBe(2)
    // Who leaves is no member at once.
    members.delete(alice.address)
    expect(await pins(alice.address)).toBeUndefined()
    members.add(alice.address)
  })

  it('never fall back where the registry cannot be read', async () => {
    const pins = registrySchemes({ read: () => Promise.reject(new Error('down')), isMember: () => true })
    expect(await verdictOf({ headers: ofAlice(), rules: { expectedScheme: pins } })).toBe('unavailable')
  })
})
