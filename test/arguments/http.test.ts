import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import * as http from 'subnetkit/http'
import { defineSynapse } from 'subnetkit/synapse'
import { z } from 'zod'
import { describeRefusals } from './refuses.js'

const alice = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const bob = keyPairFromUri('//Bob')
const body = new TextEncoder().encode('{}')
const add = defineSynapse({
  name: 'Add',
  request: z.object({ a: z.int() }),
  answer: z.object({ sum: z.int() }),
})

/** A request that holds now. */
const signed = async (): Promise<http.BtauthRequest> => {
  const nonce = BigInt(Date.now()) * 1_000_000n
  const headers = await http.signBtauth({ signer: alice, target: '/add', body, receiver: bob.address, nonce })
  return { method: 'POST', target: '/add', rawHeaders: Object.entries(headers).flat(), body }
}
const rules = (): http.BtauthRules => ({
  receiver: bob.address,
  expectedScheme: () => 'ed25519',
  replays: http.memoryReplayStore(),
  maxAgeMs: 10_000,
  maxSkewMs: 2_000,
  requireReceiver: true,
  notBeforeMs: 0,
  clock: systemClock,
})
const optional = (path: string, ...keys: string[]): string[] => keys.map((key) => `${path}.${key}`)

describeRefusals('http', http, {
  fixedSchemes: {
    params: ['schemes'],
    args: () => [{ [alice.address]: 'ed25519' }],
    call: http.fixedSchemes,
    alsoRight: { schemes: [{}] },
    alsoWrong: { [`schemes.${alice.address}`]: ['rsa'] },
    optional: [`schemes.${alice.address}`],
  },
  registrySchemes: {
    params: ['options'],
    args: () => [
      {
        read: async () => undefined,
        isMember: () => true,
        finalizedBlock: () => 1,
        keptMs: 5,
        clock: systemClock,
      },
    ],
    call: http.registrySchemes,
    optional: optional('options', 'finalizedBlock', 'keptMs', 'clock'),
    free: ['options.clock.unheardOf'],
    alsoWrong: { 'options.keptMs': [-1, Number.POSITIVE_INFINITY] },
  },
  memoryReplayStore: {
    params: ['options'],
    args: () => [{ retentionMs: 5, maxPerSender: 5, maxEntries: 5, clock: systemClock }],
    call: http.memoryReplayStore,
    optional: ['options', ...optional('options', 'retentionMs', 'maxPerSender', 'maxEntries', 'clock')],
    alsoRight: { options: [{}] },
    alsoWrong: Object.fromEntries(
      ['retentionMs', 'maxPerSender', 'maxEntries'].map((key) => [
        `options.${key}`,
        [0, Number.POSITIVE_INFINITY],
      ]),
    ),
    free: ['options.clock.unheardOf'],
  },
  signBtauth: {
    params: ['draft'],
    args: () => [{ signer: alice, method: 'POST', target: '/add', body, receiver: bob.address, nonce: 17n }],
    call: http.signBtauth,
    optional: optional('draft', 'method', 'receiver'),
    alsoWrong: {
      'draft.target': ['add', '/add?', '/a b', '/é'],
      'draft.nonce': [0n, 10n ** 20n],
      'draft.method': ['P ST', ''],
    },
    free: ['draft.signer'],
  },
  verifyBtauth: {
    params: ['request', 'rules'],
    args: async () => [await signed(), rules()],
    call: http.verifyBtauth,
    optional: optional('rules', 'maxAgeMs', 'maxSkewMs', 'requireReceiver', 'notBeforeMs', 'clock'),
    alsoWrong: { 'rules.maxAgeMs': [0], 'rules.maxSkewMs': [Number.NaN] },
    free: ['request.rawHeaders[0]', 'rules.clock.unheardOf', 'rules.replays.unheardOf', 'rules.replays'],
  },
  envelopeSigner: {
    params: ['key'],
    args: () => [{ scheme: 'hashed', masterSeed: new Uint8Array(32) }],
    call: http.envelopeSigner,
    alsoWrong: { 'key.scheme': ['sr25519'], 'key.masterSeed': [new Uint8Array(31)] },
    secrets: ['key'],
  },
  httpServer: {
    params: ['options'],
    args: () => [
      {
        protocols: ['btauth/1'],
        expectedScheme: () => 'sr25519',
        replays: http.memoryReplayStore(),
        hashFields: { Add: [{ name: 'a', type: 'int' }] },
        sessions: true,
        bodyMs: 5,
        maxHeldBytes: 5,
      },
    ],
    call: http.httpServer,
    optional: optional(
      'options',
      'replays',
      'hashFields',
      'hashFields.Add',
      'sessions',
      'bodyMs',
      'maxHeldBytes',
    ),
    alsoRight: { 'options.hashFields': [{}], 'options.hashFields.Add': [[]] },
    alsoWrong: {
      'options.protocols': [[], ['http/1.1']],
      'options.replays': [{ ...http.memoryReplayStore(), retentionMs: 11_999 }],
      'options.bodyMs': [0],
      'options.maxHeldBytes': [0],
      'options.hashFields.Add[0].name': ['aB', 'timeout'],
    },
    free: ['options.replays.unheardOf', 'options.replays', 'options.hashFields.unheardOf'],
  },
  httpClient: {
    params: ['options'],
    args: () => [
      {
        protocol: 'bt_header',
        signer: alice,
        hashFields: { Add: [{ name: 'a', type: 'int' }] },
        streamChunks: 'bytes',
        maxConnectionsPerTarget: 2,
      },
    ],
    call: http.httpClient,
    optional: [
      'options',
      ...optional(
        'options',
        'protocol',
        'signer',
        'hashFields',
        'hashFields.Add',
        'streamChunks',
        'maxConnectionsPerTarget',
      ),
    ],
    alsoRight: {
      options: [{}],
      'options.protocol': [() => 0],
      'options.hashFields': [{}],
      'options.hashFields.Add': [[]],
    },
    alsoWrong: { 'options.protocol': ['http/1.1'], 'options.maxConnectionsPerTarget': [0] },
    free: ['options.hashFields.unheardOf', 'options.signer'],
  },
  encodeTensor: {
    params: ['tensor'],
    args: () => [{ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
    call: http.encodeTensor,
    alsoWrong: { 'tensor.dtype': ['float128'], 'tensor.shape': [[-1]], 'tensor.data': [Float32Array.of(1)] },
    free: ['tensor.shape[0]'],
  },
  decodeTensor: {
    params: ['wire'],
    args: () => [http.encodeTensor({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) })],
    call: http.decodeTensor,
    alsoRight: {},
    alsoWrong: { 'wire.dtype': ['float128'], 'wire.shape': [[-1]] },
    free: ['wire.shape[0]'],
  },
  pythonClassOf: {
    params: ['synapse', 'options'],
    args: () => [add, { hashFields: [{ name: 'a', type: 'int' }] }],
    call: http.pythonClassOf,
    optional: ['options', 'options.hashFields'],
    alsoRight: { options: [{}], 'options.hashFields': [[]] },
    alsoWrong: { 'options.hashFields[0].type': ['bytes'], 'options.hashFields[0].name': ['b'] },
    free: ['synapse.request', 'synapse.answer', 'options.hashFields[0].unheardOf'],
  },
})
