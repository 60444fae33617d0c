import { describe, expect, it } from 'vitest'
import { toWire } from '../../../../src/chain/remote/wireValues.js'
import { encodeCanonical } from '../../../../src/codec/index.js'
import type { CallArgs, CallName } from '../../../../src/ledger/index.js'
import { Harness } from '../harness.js'

const netuid = 1

function started(): Harness {
  const h = new Harness({
    config: { loopbackAxonsAllowed: false },
    hyperparameters: { servingRateLimitBlocks: 3 },
  })
  h.startSubnet()
  return h
}

const axon = { netuid, ip: '2001:db8::7', port: 8_091, version: 3 }
const shown = (h: Harness, name = 'alice-hot') =>
  h.ledger.query('serving', { netuid, hotkey: h.hotkey(name) })

describe('a limit that no chain outlives', () => {
  const never = Number.MAX_SAFE_INTEGER

  function limited(): Harness {
    const h = new Harness({
      config: {
        ownerHotkeyRateLimitBlocks: never,
        takeRateLimitBlocks: never,
        setChildrenRateLimitBlocks: never,
        childkeyTakeRateLimitBlocks: never,
        networkRateLimitBlocks: never,
        ownerHyperparamRateLimitTempos: never,
        adminFreezeWindowBlocks: 0,
      },
      hyperparameters: {
        servingRateLimitBlocks: never,
        weightsSetRateLimitBlocks: never,
        commitRevealEnabled: false,
      },
    })
    h.startSubnet()
    return h
  }

  it('is told by a block that can be written, whatever the call', () => {
    const h = limited()
    const hotkey = h.hotkey('alice-hot')
    const calls = (round: number): [signer: string, name: CallName, args: object][] => [
      ['alice-hot', 'serveAxon', axon],
      ['alice-hot', 'servePrometheus', axon],
      ['alice-hot', 'setWeights', { netuid, uids: [0], values: [1], versionKey: 0 }],
      ['alice', 'setHyperparameter', { netuid, name: 'servingRateLimitBlocks', value: never }],
      ['alice', 'triggerEpoch', { netuid }],
      ['alice', 'setSubnetOwnerHotkey', { netuid, hotkey }],
      ['alice', 'setChildkeyTake', { netuid, hotkey, takeU16: 5 + round }],
      [
        'alice',
        'setChildren',
        { netuid, hotkey, children: [{ hotkey: h.hotkey('kid'), proportionU64: 5n }] },
      ],
      ['alice', 'registerSubnet', { hotkey: h.hotkey('other') }],
    ]
    const ends: (readonly [string, string | undefined, unknown])[] = []
    for (const [signer, name, args] of [...calls(1), ...calls(2)]) {
      const receipt = h.call(signer, name, args as CallArgs[typeof name])
      expect(() => encodeCanonical(toWire(h.last)), name).not.toThrow()
      const { refusal } = receipt
      ends.push([name, refusal?.error, refusal && 'nextBlock' in refusal.data && refusal.data.nextBlock])
    }
    expect(ends.slice(-calls(0).length)).toEqual([
      ['serveAxon', 'ServingRateLimitExceeded', never],
      ['servePrometheus', 'ServingRateLimitExceeded', never],
      ['setWeights', 'SettingWeightsTooFast', never],
      ['setHyperparameter', 'TxRateLimitExceeded', never],
      ['triggerEpoch', 'TxRateLimitExceeded', never],
      ['setSubnetOwnerHotkey', 'TxRateLimitExceeded', never],
      ['setChildkeyTake', 'TxChildkeyTakeRateLimitExceeded', never],
      ['setChildren', 'TxRateLimitExceeded', never],
      ['registerSubnet', 'NetworkTxRateLimitExceeded', never],
    ])
  })
})

describe('what a neuron announces', () => {
  it('is an axon with all it says, by text or by number, and at most so often', () => {
    const h = started()
    expect(shown(h)).toEqual({ uid: 0, axon: null, prometheus: null, certificate: null })
    const { events } = h.call('alice-hot', 'serveAxon', { ...axon, protocol: 4, placeholder2: 9 })
    const hotkey = h.hotkey('alice-hot')
    expect(events).toEqual([
      { name: 'AxonServed', netuid, data: { uid: 0, hotkey, ip: axon.ip, port: axon.port } },
    ])
    const { netuid: _, ...said } = axon
    const served = { ...said, ipType: 6, protocol: 4, placeholder1: 0, placeholder2: 9 }
    expect(shown(h)?.axon).toEqual({ ...served, block: h.ledger.info().head.number })
    expect(h.errorOf('alice-hot', 'serveAxon', axon)).toBe('ServingRateLimitExceeded')
    h.blocks(3)
    const ip = { ipType: 4, value: 0xcb007107n }
    expect(h.errorOf('alice-hot', 'serveAxon', { ...axon, ip })).toBe(null)
    expect(shown(h)?.axon).toMatchObject({ ip: '203.0.113.7', ipType: 4 })
    expect(h.ledger.query('metagraph', { netuid })?.axon[0]?.host).toBe('203.0.113.7')
  })

  it('is a certificate with it, unless it is none', () => {
    const h = started()
    const tls = (certificate: Uint8Array) => h.errorOf('alice-hot', 'serveAxonTls', { ...axon, certificate })
    expect(tls(Uint8Array.of(1, 2, 3))).toBe(null)
    const certificate = { algorithm: 1, publicKey: Uint8Array.of(2, 3) }
    expect(shown(h)?.certificate).toEqual(certificate)
    for (const malformed of [new Uint8Array(0), new Uint8Array(66)]) {
      h.blocks(3)
      expect(tls(malformed)).toBe(null)
      expect(shown(h)?.certificate).toEqual(certificate)
    }
  })

  it('is where it shows figures, of which zeros are none', () => {
    const h = started()
    const figures = { netuid, port: 9_100, version: 1 }
    expect(h.errorOf('alice-hot', 'servePrometheus', { ...figures, ip: '0.0.0.0' })).toBe('InvalidIpAddress')
    expect(h.errorOf('alice-hot', 'serveAxon', { ...axon, ip: '0.0.0.0' })).toBe(null)
    // Addresses come before the uid here, and after it for an axon.
    expect(h.errorOf('bob', 'servePrometheus', { ...figures, ip: 'a host' })).toBe('InvalidIpType')
    expect(h.errorOf('bob', 'serveAxon', { ...axon, ip: 'a host' })).toBe('HotKeyNotRegisteredInNetwork')
    expect(h.errorOf('bob', 'servePrometheus', { ...figures, ip: '10.0.0.1' })).toBe(
      'HotKeyNotRegisteredInNetwork',
    )
    expect(h.errorOf('alice-hot', 'servePrometheus', { ...figures, ip: '10.0.0.1' })).toBe(null)
    expect(shown(h)?.prometheus).toMatchObject({ ip: '10.0.0.1', ipType: 4, port: 9_100 })
    expect(shown(h, 'bob')).toBe(null)
  })
})
