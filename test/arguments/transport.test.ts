import { systemClock } from 'subnetkit/clock'
import * as transport from 'subnetkit/transport'
import { describeRefusals } from './refuses.js'

const times = [-1, Number.POSITIVE_INFINITY, Number.NaN]

describeRefusals('transport', transport, {
  webSocketCarrier: {
    params: ['options'],
    args: () => [{ upgradeMs: 5 }],
    call: transport.webSocketCarrier,
    optional: ['options', 'options.upgradeMs'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.upgradeMs': [0, ...times] },
  },
  createMemoryNetwork: {
    params: ['options'],
    args: () => [{ clock: systemClock, latencyMs: 5 }],
    call: transport.createMemoryNetwork,
    optional: ['options', 'options.clock', 'options.latencyMs'],
    alsoRight: { options: [{}], 'options.latencyMs': [() => 1] },
    alsoWrong: { 'options.latencyMs': times },
    free: ['options.clock.unheardOf', 'options.clock.wait'],
  },
  closeCodeName: {
    params: ['code'],
    args: () => [1_000],
    call: transport.closeCodeName,
    alsoRight: { code: [-7.5] },
  },
  noiseKeyPairFrom: {
    params: ['secret'],
    args: () => [new Uint8Array(32).fill(7)],
    call: transport.noiseKeyPairFrom,
    alsoWrong: { secret: [new Uint8Array(31)] },
  },
  ByteMeter: 'takes nothing',
  ByteMeters: 'takes nothing',
  'ByteMeters#of': {
    params: ['kind'],
    args: () => ['session'],
    call: (kind: string) => new transport.ByteMeters().of(kind),
    alsoWrong: { kind: ['', 'x'.repeat(65)] },
  },
  'ByteMeters#counts': 'takes nothing',
  HeldBytes: 'made by carriers and axons, which make its options themselves',
  'HeldBytes#note': 'as HeldBytes; with every message',
  generateNoiseKeyPair: 'takes nothing',
  acceptSession: 'the suite of sessions makes its options wrong: a right call needs a peer',
  connectSession: 'as acceptSession',
  SecureSession: 'made by a handshake alone, which was checked',
  'SecureSession#receive': 'as SecureSession',
  'SecureSession#send': 'with every message, whose bytes axon and dendrite make themselves',
  'SecureSession#close': 'as SecureSession',
  'SecureSession#acceptFrame': 'for the handshake that made the session',
  'SecureSession#channelClosed': 'for the handshake that made the session',
  'SecureSession#channelDrained': 'for the handshake that made the session',
  CipherState: 'a kernel of the Noise specification, held to its vectors',
  'CipherState#sealInto': 'as CipherState; with every frame',
  'CipherState#seal': 'as CipherState',
  'CipherState#open': 'as CipherState; with every frame, and whatever bytes come are refused as such',
  'CipherState#rekey': 'takes nothing',
  NoiseHandshake: 'as CipherState',
  'NoiseHandshake#write': 'as CipherState',
  'NoiseHandshake#read': 'as CipherState; whatever bytes come are refused as such',
  'NoiseHandshake#split': 'takes nothing',
})
