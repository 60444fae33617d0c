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
const options = { timeoutMs: 50, signal: new AbortController().signal }

const paths = ['timeoutMs', 'signal'].map((key) => `options.${key}`)
const noTimes = [0, -1, Number.POSITIVE_INFINITY, Number.NaN]
const noPorts = [-1, 1.5, 65_536, '9944']

describeRefusals('dendrite', dendrite, {
  isRequestTooLarge: { params: ['reason'], args: () => ['No.'], call: dendrite.isRequestTooLarge },
  Dendrite: {
    params: ['options'],
    args: () => [{ signer, carrier, clock: systemClock, limits }],
    call: (given: dendrite.DendriteOptions) => new dendrite.Dendrite(given),
    optional: [
      ...['carrier', 'clock', 'limits'].map((key) => `options.${key}`),
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
    alsoRight: { options: [{}], request: [-7.5] },
    alsoWrong: { 'options.timeoutMs': noTimes, 'target.port': noPorts, synapse: [count] },
  },
  'Dendrite#callAll': {
    params: ['synapse', 'targets', 'request', 'options'],
    args: () => [double, [target], 1, { ...options, concurrency: 2 }],
    call: (...args: Parameters<dendrite.Dendrite['callAll']>) => fresh().callAll(...args),
    optional: ['options', 'options.concurrency', ...paths],
    alsoRight: { options: [{}], targets: [[]], request: [-7.5] },
    alsoWrong: { 'options.concurrency': [0, 1.5], 'targets[0].port': noPorts, synapse: [count] },
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
    alsoRight: { options: [{}], request: [-7.5] },
    alsoWrong: { 'options.timeoutMs': noTimes, 'target.port': noPorts, synapse: [double] },
  },
  'Dendrite#close': 'takes nothing',
})
