import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexOf, sha256 } from '../../../src/crypto/index.js'
import { BaseError } from '../../../src/errors/index.js'
import {
  Beacon,
  decryptTimelock,
  encryptTimelock,
  PULSE_BYTES,
  TIMELOCK_OVERHEAD_BYTES,
  verifyPulse,
} from '../../../src/timelock/index.js'

const secretKey = new Uint8Array(32).fill(7)
const beacon = Beacon.fromSecretKey(secretKey)
const { publicKey } = beacon
const text = new TextEncoder().encode('uids and values')
const pulse = beacon.pulse(1_000)
const locked = encryptTimelock(text, { round: 1_000, publicKey })

/** The public network `quicknet` and what it published of its round 1,000. */
const quicknet = {
  publicKey: bytesOfHex(
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451' +
      '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  ),
  pulse: {
    round: 1_000,
    signature: bytesOfHex(
      'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
    ),
  },
}

describe('pulses', () => {
  it('verifies what the public network published, and nothing else under its name', () => {
    expect(verifyPulse(quicknet.pulse, quicknet.publicKey)).toBe(true)
    expect(verifyPulse({ ...quicknet.pulse, round: 1_001 }, quicknet.publicKey)).toBe(false)
    expect(verifyPulse(quicknet.pulse, publicKey)).toBe(false)
  })

  it("verifies a beacon's own pulse, not another round's or another beacon's", () => {
    expect(verifyPulse(pulse, publicKey)).toBe(true)
    expect(verifyPulse({ ...pulse, round: 999 }, publicKey)).toBe(false)
    expect(verifyPulse({ ...Beacon.random().pulse(1_000) }, publicKey)).toBe(false)
  })

  it.each([
    ['zeros', new Uint8Array(PULSE_BYTES)],
    ['ones', new Uint8Array(PULSE_BYTES).fill(255)],
    ['the zero of the group', Uint8Array.of(0xc0, ...new Uint8Array(PULSE_BYTES - 1))],
  ])('does not take %s for a signature', (_, signature) => {
    expect(verifyPulse({ round: 1, signature }, publicKey)).toBe(false)
    expect(decryptTimelock(locked, { round: 1_000, signature })).toBeNull()
  })

  it('does not take the zero of the group for a key', () => {
    const zero = Uint8Array.of(0xc0, ...new Uint8Array(95))
    expect(verifyPulse(pulse, zero)).toBe(false)
    expect(() => encryptTimelock(text, { round: 1, publicKey: zero })).toThrow(/until\.publicKey/)
  })
})

describe('a locked text', () => {
  it('opens with the pulse of its round', () => {
    expect(locked).toHaveLength(text.length + TIMELOCK_OVERHEAD_BYTES)
    expect(decryptTimelock(locked, pulse)).toEqual(text)
  })

  it('opens with nothing else', () => {
    expect(decryptTimelock(locked, beacon.pulse(999))).toBeNull()
    expect(decryptTimelock(locked, { ...pulse, round: 999 })).toBeNull()
    expect(decryptTimelock(locked, Beacon.random().pulse(1_000))).toBeNull()
  })

  it('is another each time, and the same from the same entropy', () => {
    const again = () =>
      encryptTimelock(text, { round: 1_000, publicKey, entropy: new Uint8Array(64).fill(9) })
    expect(encryptTimelock(text, { round: 1_000, publicKey })).not.toEqual(locked)
    expect(again()).toEqual(again())
    // The form must stay what it is: locked weights lie in chains.
    expect(hexOf(sha256(again()))).toBe('51902cca4f96ea97f653a38986ada067f5822d5c74a6a34fecd42d71c1fc84c4')
  })

  it.each([0, 1, 60, 96, 97, 128, 129, 160, 161, locked.length - 1])(
    'cannot be opened with byte %i altered',
    (at) => {
      const altered = locked.slice()
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(decryptTimelock(altered, pulse)).toBeNull()
    },
  )

  it('cannot be opened cut short or made longer', () => {
    for (const length of [0, 1, 96, 160, 161, 176, locked.length - 1]) {
      expect(decryptTimelock(locked.subarray(0, length), pulse)).toBeNull()
    }
    expect(decryptTimelock(Uint8Array.of(...locked, 0), pulse)).toBeNull()
  })

  it('comes back whole, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 2 ** 40 }),
        (bytes, round) => {
          const container = encryptTimelock(bytes, { round, publicKey })
          expect(decryptTimelock(container, beacon.pulse(round))).toEqual(bytes)
        },
      ),
      { numRuns: 8 },
    )
  })

  it('answers null, and never throws, on bytes that are no container', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(decryptTimelock(Uint8Array.of(1, ...bytes), pulse)).toBeNull()
      }),
      { numRuns: 100 },
    )
  })
})

describe('bad arguments', () => {
  const bad: readonly [string, RegExp, () => unknown][] = [
    ['no text', /text/, () => encryptTimelock('text' as never, { round: 1, publicKey })],
    ['round 0', /until\.round/, () => encryptTimelock(text, { round: 0, publicKey })],
    ['half a round', /until\.round/, () => encryptTimelock(text, { round: 1.5, publicKey })],
    [
      'a short key',
      /until\.publicKey/,
      () => encryptTimelock(text, { round: 1, publicKey: new Uint8Array(95) }),
    ],
    [
      'short entropy',
      /until\.entropy/,
      () => encryptTimelock(text, { round: 1, publicKey, entropy: new Uint8Array(63) }),
    ],
    [
      'an unknown part',
      /until\.rounds/,
      () => encryptTimelock(text, { round: 1, publicKey, rounds: 2 } as never),
    ],
    ['no container', /container/, () => decryptTimelock(null as never, pulse)],
    ['no pulse', /pulse/, () => decryptTimelock(locked, undefined as never)],
    [
      'a long signature',
      /pulse\.signature/,
      () => verifyPulse({ round: 1, signature: new Uint8Array(49) }, publicKey),
    ],
    ['a short public key', /publicKey/, () => verifyPulse(pulse, new Uint8Array(1))],
    ['round -1', /round/, () => beacon.pulse(-1)],
    ['the secret key 0', /secretKey/, () => Beacon.fromSecretKey(new Uint8Array(32))],
    ['a secret key above the order', /secretKey/, () => Beacon.fromSecretKey(new Uint8Array(32).fill(255))],
  ]

  it.each(bad)('%s is named', (_, field, call) => {
    expect(call).toThrow(BaseError)
    expect(call).toThrow(field)
  })

  it("never shows a beacon's secret", () => {
    expect(JSON.stringify(beacon)).not.toContain('7,7,7')
    expect(() => Beacon.fromSecretKey(new Uint8Array(32).fill(255))).not.toThrow(/255/)
  })
})
