import * as axon from 'subnetkit/axon'
import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { silentLogger } from 'subnetkit/log'
import { defineSynapse } from 'subnetkit/synapse'
import { createMemoryNetwork } from 'subnetkit/transport'
import { z } from 'zod'
import { describeRefusals, type Entry } from './refuses.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const limits = axon.defaultAxonLimits
const fresh = (): axon.Axon => new axon.Axon({ signer, carrier: createMemoryNetwork() })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const optional = (path: string, object: object): string[] => [
  path,
  ...Object.keys(object).map((key) => `${path}.${key}`),
]

const options = {
  signer,
  carrier: createMemoryNetwork(),
  transports: [axon.sessionServer()],
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  allowedOrigins: ['https://example.org'],
  limits,
  logger: silentLogger,
  blacklist: () => false,
  verify: () => true,
  priority: () => 0,
  standing: () => 0,
  quotas: {
    perCaller: { calls: 1, bytes: 2, intervalMs: 3 },
    total: { calls: 4, bytes: 5, intervalMs: 6 },
    maxCallers: 7,
  },
}
const { signer: _, ...mayBeLeftOut } = options

const make: Entry = {
  params: ['options'],
  args: () => [options],
  call: (given: axon.AxonOptions) => new axon.Axon(given),
  optional: [
    ...optional('options', mayBeLeftOut).slice(1),
    ...optional('options.limits', limits),
    ...[
      'perCaller',
      'perCaller.calls',
      'perCaller.bytes',
      'total',
      'total.calls',
      'total.bytes',
      'maxCallers',
    ].map((key) => `options.quotas.${key}`),
  ],
  // Without any option it is the signer that is named.
  alsoRight: {
    options: [{}],
    'options.limits': [{}],
    'options.quotas': [{}],
    'options.allowedOrigins': [[]],
  },
  alsoWrong: {
    'options.transports': [[], {}],
    'options.port': [-1, 1.5, 65_536, Number.POSITIVE_INFINITY],
    'options.host': ['', 'a b', 'a/b', 'http://example.org'],
    'options.allowedOrigins[0]': ['example.org', 'https://example.org/path', '*', 'https://example.org:443'],
    ...Object.fromEntries(
      Object.keys(limits).map((name) => [`options.limits.${name}`, [-1, Number.POSITIVE_INFINITY]]),
    ),
    'options.limits.maxRunning': [0, 1.5],
    'options.limits.reservedPercent': [100, 1.5],
    'options.quotas.total.intervalMs': [0, Number.POSITIVE_INFINITY],
    'options.quotas.total.calls': [0, 1.5],
    'options.quotas.maxCallers': [0],
    'options.limits.maxCallMs': [0],
  },
  free: [
    'options.signer',
    'options.carrier',
    'options.transports[0].kind',
    'options.transports[0].unheardOf',
    'options.clock.unheardOf',
    'options.logger.unheardOf',
  ],
}

describeRefusals('axon', axon, {
  sessionServer: {
    params: ['options'],
    args: () => [{ carrier: createMemoryNetwork() }],
    call: (given: axon.SessionServerOptions) => axon.sessionServer(given),
    optional: ['options', 'options.carrier'],
    alsoRight: { options: [{}] },
    free: ['options.carrier'],
  },
  Axon: make,
  limitLine: {
    params: ['event'],
    args: () => [{ reason: 'queueFull' }],
    call: axon.limitLine,
    alsoWrong: { 'event.reason': [''] },
    // Reasons of a later version are none that there is something to say of.
    free: ['event.unheardOf'],
  },
  'Axon#handle': {
    params: ['synapse', 'handler', 'hooks'],
    args: () => [
      double,
      (value: number) => value,
      { blacklist: () => false, verify: () => true, priority: () => 0 },
    ],
    call: (synapse: typeof double, handler: (value: number) => number, hooks?: axon.AxonHooks) =>
      fresh().handle(synapse, handler, hooks),
    optional: ['hooks', 'hooks.blacklist', 'hooks.verify', 'hooks.priority'],
    alsoRight: { hooks: [{}] },
    alsoWrong: { 'synapse.name': ['', 'a b'], 'synapse.kind': ['other'] },
  },
  'Axon#on': {
    params: ['name', 'listener'],
    args: () => ['refused', () => {}],
    call: (name: 'refused', listener: () => void) => fresh().on(name, listener),
    alsoWrong: { name: ['refuse', 'toString'] },
  },
  'Axon#observe': {
    params: ['observer'],
    args: () => [{ begins: () => ({ ended: () => {} }) }],
    call: (observer: never) => fresh().observe(observer),
    free: ['observer.unheardOf'],
  },
  'Axon#start': 'takes nothing',
  'Axon#stop': 'takes nothing',
})
