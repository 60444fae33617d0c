import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import * as dendrite from 'subnetkit/dendrite'
import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { createMemoryNetwork } from 'subnetkit/transport'
import { z } from 'zod'
import { describeRefusals } from './refuses.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })
const target = { hotkey: keyPairFromUri('//Bob').hotkey, host: '10.0.0.1', port: 9_944 }
const limits = dendrite.defaultDendriteLimits
const carrier = createMemoryNetwork()
const fresh = (): dendrite.Dendrite => new dendrite.Dendrite({ signer, carrier })
const within = {
  signal: new AbortController().signal,
  deadlineMs: systemClock.now() + 60_000,
  requestId: 'order-7',
  traceparent: undefined,
}
const options = {
  timeoutMs: 50,
  signal: new AbortController().signal,
  requestId: 'order-7.2',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  within,
}

const paths = [...Object.keys(options), 'within.traceparent'].map((key) => `options.${key}`)
/** A deadline may be past. */
const past = { 'options.within.deadlineMs': [-7.5] }
const wrongNames = {
  'options.requestId': ['', 'a b', 'x'.repeat(65), 'ä'],
  'options.traceparent': ['', '00-1-1-01'],
}
/** A handler's context holds more than the call takes from it. */
const free = ['options.within.unheardOf']
const noTimes = [0, -1, Number.POSITIVE_INFINITY, Number.NaN]
const noPorts = [-1, 1.5, 65_536, '9944']

describeRefusals('dendrite', dendrite, {
  failureOf: {
    params: ['status', 'unhandled'],
    args: () => ['overloaded', true],
    call: dendrite.failureOf,
    alsoWrong: { status: ['ok', 'gone', 'toString'] },
  },
  sessionClient: {
    params: ['options'],
    args: () => [{ carrier }],
    call: (given: dendrite.SessionClientOptions) => dendrite.sessionClient(given),
    optional: ['options', 'options.carrier'],
    alsoRight: { options: [{}] },
    free: ['options.carrier'],
  },
  checkCallOptions: {
    params: ['options'],
    args: () => [options],
    call: dendrite.checkCallOptions,
    optional: paths,
    alsoRight: { options: [{}], ...past },
    alsoWrong: { 'options.timeoutMs': noTimes, ...wrongNames },
    free,
  },
  isRequestTooLarge: { params: ['reason'], args: () => ['No.'], call: dendrite.isRequestTooLarge },
  isPresent: {
    params: ['dendrite', 'target', 'options'],
    args: () => [fresh(), target, { timeoutMs: 50, signal: new AbortController().signal }],
    call: dendrite.isPresent,
    optional: ['options.signal'],
    free: ['dendrite'],
    alsoWrong: { 'options.timeoutMs': noTimes, 'target.port': noPorts },
  },
  Dendrite: {
    params: ['options'],
    args: () => [{ signer, carrier, transport: dendrite.sessionClient(), clock: systemClock, limits }],
    call: (given: dendrite.DendriteOptions) => new dendrite.Dendrite(given),
    optional: [
      ...['carrier', 'transport', 'clock', 'limits'].map((key) => `options.${key}`),
      ...Object.keys(limits).map((key) => `options.limits.${key}`),
    ],
    // Without any option it is the signer that is named.
    alsoRight: { options: [{}], 'options.limits': [{}] },
    alsoWrong: Object.fromEntries(
      Object.keys(limits).map((key) => [`options.limits.${key}`, [0, -1, Number.POSITIVE_INFINITY]]),
    ),
    free: ['options.signer', 'options.carrier', 'options.clock.unheardOf'],
  },
  'Dendrite#call': {
    params: ['synapse', 'target', 'request', 'options'],
    args: () => [double, target, 1, options],
    call: (...args: Parameters<dendrite.Dendrite['call']>) => fresh().call(...args),
    optional: ['options', ...paths],
    alsoRight: { ...past, options: [{}], request: [-7.5] },
    alsoWrong: { ...wrongNames, 'options.timeoutMs': noTimes, 'target.port': noPorts, synapse: [count] },
    free,
  },
  'Dendrite#callAll': {
    params: ['synapse', 'targets', 'request', 'options'],
    args: () => [double, [target], 1, { ...options, concurrency: 2 }],
    call: (...args: Parameters<dendrite.Dendrite['callAll']>) => fresh().callAll(...args),
    optional: ['options', 'options.concurrency', ...paths],
    alsoRight: { ...past, options: [{}], targets: [[]], request: [-7.5] },
    alsoWrong: {
      ...wrongNames,
      'options.concurrency': [0, 1.5],
      'targets[0].port': noPorts,
      synapse: [count],
    },
    free,
  },
  'Dendrite#stream': {
    params: ['synapse', 'target', 'request', 'options'],
    args: () => [count, target, 1, options],
    call: async (...args: Parameters<dendrite.Dendrite['stream']>) => {
      await fresh()
        .stream(...args)
        .next()
        .catch((error: unknown) => {
          if (!(error instanceof dendrite.CallFailedError)) throw error
        })
    },
    optional: ['options', ...paths],
    alsoRight: { ...past, options: [{}], request: [-7.5] },
    alsoWrong: { ...wrongNames, 'options.timeoutMs': noTimes, 'target.port': noPorts, synapse: [double] },
    free,
  },
  'Dendrite#observe': {
    params: ['observer'],
    args: () => [{ begins: () => ({ ended: () => {} }) }],
    call: (observer: never) => fresh().observe(observer),
    free: ['observer.unheardOf'],
  },
  'Dendrite#close': 'takes nothing',
})
