import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexOf } from '../../../src/crypto/index.js'
import { ShapeError } from '../../../src/errors/index.js'
import {
  generateNoiseKeyPair,
  NoiseError,
  NoiseHandshake,
  type NoiseHandshakeOptions,
  noiseKeyPairFrom,
  UnknownNoiseProtocolError,
} from '../../../src/transport/index.js'

const NONE = new Uint8Array(0)

function pair(overrides: { initiator?: Partial<NoiseHandshakeOptions>; protocol?: string } = {}) {
  const protocol = overrides.protocol ?? 'Noise_XX_25519_AESGCM_SHA256'
  const shared = { protocol, prologue: Uint8Array.of(1) }
  return {
    initiator: new NoiseHandshake({
      ...shared,
      role: 'initiator',
      staticKey: generateNoiseKeyPair(),
      ...overrides.initiator,
    }),
    responder: new NoiseHandshake({ ...shared, role: 'responder', staticKey: generateNoiseKeyPair() }),
  }
}

function finish({ initiator, responder }: ReturnType<typeof pair>) {
  responder.read(initiator.write(NONE))
  initiator.read(responder.write(NONE))
  responder.read(initiator.write(NONE))
  return { initiator: initiator.split(), responder: responder.split() }
}

describe('NoiseHandshake', () => {
  it('tells a payload the hash over everything before it, the same at both ends', () => {
    const { initiator, responder } = pair()
    responder.read(initiator.write(NONE))
    let told: Uint8Array | undefined
    const message = responder.write((hashBefore) => {
      told = hashBefore
      return Uint8Array.of(7)
    })
    const { payload, hashBefore } = initiator.read(message)
    expect(payload).toEqual(Uint8Array.of(7))
    expect(Buffer.from(hashBefore)).toEqual(Buffer.from(told!))
  })

  it('refuses a message out of turn and everything after a failure', () => {
    const { initiator, responder } = pair()
    expect(() => responder.write(NONE)).toThrow(NoiseError)
    const hello = initiator.write(NONE)
    expect(() => initiator.write(NONE)).toThrow('No such handshake message is due.')
    responder.read(hello)
    const answer = responder.write(NONE)
    answer[40]! ^= 1
    expect(() => initiator.read(answer)).toThrow('A sealed message does not authenticate.')
    answer[40]! ^= 1
    expect(() => initiator.read(answer)).toThrow('No such handshake message is due.')
    expect(initiator.isFinished).toBe(false)
  })

  it('refuses a message that is cut short, and a public key of small order', () => {
    expect(() => pair().responder.read(new Uint8Array(31))).toThrow('A handshake message is cut short.')
    const { responder } = pair()
    responder.read(new Uint8Array(32))
    expect(() => responder.write(NONE)).toThrow('A handshake message holds a bad key.')
  })

  it('fails when the prologues differ', () => {
    const { initiator, responder } = pair({ initiator: { prologue: Uint8Array.of(2) } })
    responder.read(initiator.write(NONE))
    expect(() => initiator.read(responder.write(NONE))).toThrow(NoiseError)
  })

  it('needs the static key of the responder where the pattern knows it beforehand', () => {
    expect(() => pair({ protocol: 'Noise_IK_25519_ChaChaPoly_BLAKE2s' })).toThrow('Invalid remoteStatic')
  })

  it.each([
    'Noise_NN_25519_AESGCM_SHA256',
    'Noise_XX_448_AESGCM_SHA256',
    'Noise_XX_25519_AES_SHA256',
    'Noise_XX_25519_AESGCM_SHA512',
    'Noise_XX_25519_AESGCM_SHA256_x',
    'Noise_toString_25519_AESGCM_SHA256',
    '',
  ])('refuses the protocol name %j', (protocol) => {
    const error = (() => {
      try {
        return pair({ protocol })
      } catch (caught) {
        return caught
      }
    })()
    expect(error).toBeInstanceOf(UnknownNoiseProtocolError)
    expect(error).toMatchObject({ code: 'UnknownNoiseProtocol', protocol })
  })
})

describe('CipherState', () => {
  it('opens what was sealed, in order only, and keeps its place after a forgery', () => {
    const { initiator, responder } = finish(pair())
    const first = initiator.send.seal(Uint8Array.of(1))
    const second = initiator.send.seal(Uint8Array.of(2))
    expect(() => responder.receive.open(second)).toThrow(NoiseError)
    expect(responder.receive.open(first)).toEqual(Uint8Array.of(1))
    expect(() => responder.receive.open(first)).toThrow('does not authenticate')
    expect(responder.receive.open(second)).toEqual(Uint8Array.of(2))
    expect(() => responder.receive.open(new Uint8Array(15))).toThrow('shorter than its tag')
    expect(responder.receive.nonce).toBe(2)
  })

  it('goes on after both ends rekey, and not after one does', () => {
    const { initiator, responder } = finish(pair())
    initiator.send.rekey()
    const sealed = initiator.send.seal(Uint8Array.of(1))
    expect(() => responder.receive.open(sealed)).toThrow(NoiseError)
    responder.receive.rekey()
    expect(responder.receive.open(sealed)).toEqual(Uint8Array.of(1))
  })

  it('binds associated data', () => {
    const { initiator, responder } = finish(pair())
    const sealed = initiator.send.seal(Uint8Array.of(1), Uint8Array.of(9))
    expect(() => responder.receive.open(sealed, Uint8Array.of(8))).toThrow(NoiseError)
    expect(responder.receive.open(sealed, Uint8Array.of(9))).toEqual(Uint8Array.of(1))
  })
})

describe('noiseKeyPairFrom', () => {
  it('gives the public key of RFC 7748, section 6.1', () => {
    const secret = bytesOfHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb')
    expect(hexOf(noiseKeyPairFrom(secret).publicKey)).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    )
  })

  it('refuses a secret of another length', () => {
    expect(() => noiseKeyPairFrom(new Uint8Array(31))).toThrow(ShapeError)
  })
})
