import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { silentLogger } from 'subnetkit/log'
import * as router from 'subnetkit/router'
import { defineStream, defineSynapse } from 'subnetkit/synapse'
import { createMemoryNetwork } from 'subnetkit/transport'
import { z } from 'zod'
import { describeRefusals } from './refuses.js'

const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })
const count = defineStream({ name: 'count', request: z.number(), chunk: z.number() })
const target = {
  hotkey: keyPairFromUri('//Bob').hotkey,
  host: '10.0.0.1',
  port: 9_944,
  incentive: 1,
  price: 1,
}
const dendrite = new Dendrite({ signer, carrier: createMemoryNetwork() })
const limits = router.defaultRouterLimits
const settings = {
  dendrite,
  candidates: [target],
  filter: () => true,
  price: () => 1,
  weigh: () => 1,
  exploreShare: 0.1,
  hedgeShare: 0.1,
  seed: 'seed',
  store: { load: async () => null, save: async () => {} },
  limits,
  clock: systemClock,
  logger: silentLogger,
}
const one = await router.Router.start({ dendrite, candidates: [], logger: silentLogger })

const noTimes = [0, -1, Number.POSITIVE_INFINITY, Number.NaN]
const callOptions = {
  timeoutMs: 50,
  signal: new AbortController().signal,
  session: 's',
  requestId: 'r',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  within: {
    signal: new AbortController().signal,
    deadlineMs: Date.now() + 60_000,
    requestId: 'r',
    traceparent: undefined,
  },
}
const callPaths = [
  'options',
  ...Object.keys(callOptions).map((key) => `options.${key}`),
  'options.within.traceparent',
]
const callFaults = {
  'options.timeoutMs': noTimes,
  'options.session': ['', 'x'.repeat(257)],
  'options.requestId': ['', 'a b', 'x'.repeat(65)],
  'options.traceparent': ['', '00'],
  'options.within.requestId': ['', 'a b'],
}
const targetFaults = (path: string) => ({
  [`${path}[0].port`]: [0, -1, 1.5, 65_536, '9944'],
  [`${path}[0].incentive`]: [-1, Number.NaN],
  [`${path}[0].price`]: [0, -1, Number.NaN],
  [`${path}[0].host`]: [''],
})

describeRefusals('router', router, {
  Router: 'is made by Router.start: its constructor is private',
  'Router.start': {
    params: ['options'],
    args: () => [settings],
    call: router.Router.start,
    after: (made) => (made as router.Router).close(),
    optional: [
      ...Object.keys(settings)
        .filter((key) => key !== 'dendrite' && key !== 'candidates')
        .map((key) => `options.${key}`),
      ...Object.keys(limits).map((key) => `options.limits.${key}`),
      'options.candidates[0].incentive',
      'options.candidates[0].price',
    ],
    alsoRight: {
      'options.limits': [{}],
      'options.candidates': [[]],
      'options.seed': ['', new Uint8Array(3)],
      'options.limits.maxWaiting': [0],
    },
    alsoWrong: {
      ...targetFaults('options.candidates'),
      'options.candidates': [[target, target], {}, new Map()],
      'options.exploreShare': [-0.1, 1.1, Number.NaN],
      'options.hedgeShare': [-0.1, 1.1, Number.NaN],
      'options.limits.maxRemembered': [0, limits.maxCandidates - 1],
      ...Object.fromEntries(
        Object.keys(limits)
          .filter((key) => key !== 'maxRemembered' && key !== 'maxWaiting')
          .map((key) => [`options.limits.${key}`, [0, -1, Number.POSITIVE_INFINITY]]),
      ),
    },
    free: ['options.dendrite', 'options.store', 'options.clock.unheardOf', 'options.logger.unheardOf'],
  },
  'Router#on': {
    params: ['name', 'listener'],
    args: () => ['called', () => {}],
    call: (...args: Parameters<router.Router['on']>) => one.on(...args),
    alsoWrong: { name: ['other'] },
  },
  'Router#update': {
    params: ['candidates'],
    args: () => [[target]],
    call: (candidates: readonly router.RouterTarget[]) => one.update(candidates),
    optional: ['candidates[0].incentive', 'candidates[0].price'],
    alsoRight: { candidates: [[]] },
    alsoWrong: { ...targetFaults('candidates'), candidates: [[target, target]] },
  },
  'Router#call': {
    params: ['synapse', 'request', 'options'],
    args: () => [double, 1, callOptions],
    call: (...args: Parameters<router.Router['call']>) => one.call(...args),
    optional: callPaths,
    free: ['request', 'options.within.unheardOf'],
    alsoRight: { options: [{}], 'options.within.deadlineMs': [-7.5] },
    alsoWrong: { ...callFaults, synapse: [count] },
  },
  'Router#stream': {
    params: ['synapse', 'request', 'options'],
    args: () => [count, 1, callOptions],
    call: (...args: Parameters<router.Router['stream']>) => one.stream(...args),
    optional: callPaths,
    free: ['request', 'options.within.unheardOf'],
    alsoRight: { options: [{}], 'options.within.deadlineMs': [-7.5] },
    alsoWrong: { ...callFaults, synapse: [double] },
  },
  'Router#close': 'takes nothing',
  fileRouterStore: {
    params: ['path'],
    args: () => ['router.state'],
    call: router.fileRouterStore,
    alsoWrong: { path: [''] },
  },
  defaultWeight:
    'is the rule itself, of numbers that the router makes; one that is none counts as a fault of `weigh`',
})
