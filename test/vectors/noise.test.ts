import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexOf } from '../../src/crypto/index.js'
import { NoiseHandshake, type NoiseRole, noiseKeyPairFrom } from '../../src/transport/index.js'
import { vectorFiles } from './vectorsDir.js'

interface NoiseVector {
  readonly protocol_name: string
  readonly init_prologue: string
  readonly init_static: string
  readonly init_ephemeral: string
  readonly init_remote_static?: string
  readonly resp_prologue: string
  readonly resp_static: string
  readonly resp_ephemeral: string
  readonly handshake_hash: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

const REQUIRED = [
  'protocol_name',
  'init_prologue',
  'init_static',
  'init_ephemeral',
  'resp_prologue',
  'resp_static',
  'resp_ephemeral',
  'handshake_hash',
  'messages',
]
const OPTIONAL = ['init_remote_static']

/** A file or a field that is not understood is a failure, never a skip. */
function readVectors(content: unknown): readonly NoiseVector[] {
  const { vectors, ...rest } = content as { vectors: readonly NoiseVector[] }
  expect(Object.keys(rest)).toEqual([])
  expect(vectors.length).toBeGreaterThan(0)
  for (const vector of vectors) {
    const keys = Object.keys(vector)
    expect(REQUIRED.filter((key) => !keys.includes(key))).toEqual([])
    expect(keys.filter((key) => !REQUIRED.includes(key) && !OPTIONAL.includes(key))).toEqual([])
    for (const message of vector.messages) {
      expect(Object.keys(message).sort()).toEqual(['ciphertext', 'payload'])
    }
  }
  return vectors
}

function handshakeOf(vector: NoiseVector, role: NoiseRole): NoiseHandshake {
  const side = role === 'initiator' ? 'init' : 'resp'
  return new NoiseHandshake({
    protocol: vector.protocol_name,
    role,
    prologue: bytesOfHex(vector[`${side}_prologue`]),
    staticKey: noiseKeyPairFrom(bytesOfHex(vector[`${side}_static`])),
    ephemeralKey: noiseKeyPairFrom(bytesOfHex(vector[`${side}_ephemeral`])),
    ...(role === 'initiator' && vector.init_remote_static !== undefined
      ? { remoteStatic: bytesOfHex(vector.init_remote_static) }
      : {}),
  })
}

for (const { name, content } of vectorFiles('noise')) {
  describe(`noise/${name}`, () => {
    it.each(readVectors(content).map((vector) => [vector.protocol_name, vector] as const))(
      '%s gives the published bytes and hash at both ends',
      (_name, vector) => {
        const initiator = handshakeOf(vector, 'initiator')
        const responder = handshakeOf(vector, 'responder')
        let transport: { sealers: ReturnType<NoiseHandshake['split']>[] } | undefined
        for (const [index, message] of vector.messages.entries()) {
          const payload = bytesOfHex(message.payload)
          const isFromInitiator = index % 2 === 0
          const [from, to] = isFromInitiator ? [initiator, responder] : [responder, initiator]
          if (!from.isFinished) {
            const written = from.write(payload)
            expect(hexOf(written)).toBe(message.ciphertext)
            expect(hexOf(to.read(written).payload)).toBe(message.payload)
            continue
          }
          transport ??= { sealers: [initiator.split(), responder.split()] }
          const [sender, receiver] = isFromInitiator ? transport.sealers : [...transport.sealers].reverse()
          const sealed = sender!.send.seal(payload)
          expect(hexOf(sealed)).toBe(message.ciphertext)
          expect(hexOf(receiver!.receive.open(sealed))).toBe(message.payload)
        }
        expect(transport).toBeDefined()
        expect(hexOf(initiator.handshakeHash)).toBe(vector.handshake_hash)
        expect(hexOf(responder.handshakeHash)).toBe(vector.handshake_hash)
        expect(hexOf(initiator.remoteStatic!)).toBe(
          hexOf(noiseKeyPairFrom(bytesOfHex(vector.resp_static)).publicKey),
        )
      },
    )
  })
}
