import { VirtualClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { IncentiveMechanism, type ScoreRound } from 'subnetkit/mechanism'
import { defineSynapse } from 'subnetkit/synapse'
import * as testing from 'subnetkit/testing'
import { z } from 'zod'
import { describeRefusals } from './refuses.js'

const times = [-1, Number.POSITIVE_INFINITY, Number.NaN]
const signer = keyPairFromUri('//Liar', { scheme: 'ed25519' })

/** A carrier on which nobody listens, and a clock that stands still. */
function peer(): { carrier: testing.FaultyPeer['carrier']; clock: testing.FaultyPeer['clock'] } {
  const { carrier, clock } = testing.faultyNetwork({ seed: '', clock: new VirtualClock() }).peer('liar')
  return { carrier, clock }
}

const double = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

const mechanism = new (class extends IncentiveMechanism<number, number> {
  readonly synapse = double
  initialState() {
    return null
  }
  createTask() {
    return 1
  }
  score({ state }: ScoreRound<number, number>) {
    return { scores: new Map(), state }
  }
})()

describeRefusals('testing', testing, {
  transportContract: {
    params: ['runner', 'transport'],
    args: () => [
      { describe: () => {}, it: () => {} },
      {
        name: 'sessions',
        open: () => ({ axon: {}, dendrite: {} }),
        scheme: 'ed25519',
        lacks: { streams: 'none' },
        liars: [{ name: 'fib', serve: () => {}, status: 'malformed', kind: 'unary' }],
        intruders: [{ name: 'fib', intrude: () => {} }],
      },
    ],
    call: testing.transportContract,
    optional: [
      ...['scheme', 'lacks', 'liars', 'intruders', 'lacks.streams'].map((key) => `transport.${key}`),
      ...['status', 'kind'].map((key) => `transport.liars[0].${key}`),
    ],
    alsoRight: { 'transport.lacks': [{}], 'transport.liars': [[]], 'transport.intruders': [[]] },
    alsoWrong: {
      'transport.scheme': ['ecdsa'],
      'transport.lacks.streams': [''],
      'transport.liars[0].kind': ['other'],
      'transport.liars[0].status': ['ok', 'gone'],
    },
  },
  testPair: {
    params: ['options'],
    args: () => [
      {
        serve: () => {},
        clock: new VirtualClock(),
        latencyMs: 5,
        caller: signer,
        axon: { limits: { maxRunning: 1 } },
        dendrite: { limits: { streamCredit: 1 } },
      },
    ],
    call: testing.testPair,
    after: (pair) => (pair as testing.TestPair).stop(),
    optional: [
      ...['clock', 'latencyMs', 'caller', 'axon', 'dendrite', 'axon.limits', 'dendrite.limits'],
      ...['axon.limits.maxRunning', 'dendrite.limits.streamCredit'],
    ].map((key) => `options.${key}`),
    alsoRight: {
      'options.axon': [{}],
      'options.axon.limits': [{}],
      'options.dendrite': [{}],
      'options.dendrite.limits': [{}],
    },
    alsoWrong: { 'options.latencyMs': [-1, 1.5] },
    free: ['options.caller', 'options.clock.unheardOf'],
  },
  roundOf: {
    params: ['options'],
    args: () => [
      {
        miners: testing.roundOf({ miners: 1 }).miners,
        outside: [testing.given(double, () => 1)],
        block: 7,
        seed: 'once',
        roundLimits: { asksPerMiner: 2 },
        sold: { double: [{ hotkey: signer.hotkey, uid: 1, customer: signer.hotkey, request: 1, reply: {} }] },
        state: null,
      },
    ],
    call: testing.roundOf as (...args: never[]) => unknown,
    optional: [
      'options',
      ...[
        'miners',
        'outside',
        'block',
        'seed',
        'roundLimits',
        'roundLimits.asksPerMiner',
        'sold',
        'sold.double',
      ].map((key) => `options.${key}`),
    ],
    free: [
      ...[
        'state',
        'outside[0].thing',
        'sold.unheardOf',
        'sold.double[0].request',
        'sold.double[0].reply',
      ].map((key) => `options.${key}`),
    ],
    alsoRight: {
      options: [{}],
      'options.miners': [[], 0],
      'options.outside': [[]],
      'options.roundLimits': [{}],
      'options.sold': [{}],
      'options.sold.double': [[]],
    },
    alsoWrong: {
      'options.miners': [257, -1, 1.5],
      'options.block': [-1, 1.5],
      'options.roundLimits.asksPerMiner': [0, 1.5],
      'options.miners[0].uid': [-1, 65_536],
    },
  },
  given: {
    params: ['synapse', 'gives'],
    args: () => [double, () => 1],
    call: testing.given as (...args: never[]) => unknown,
    alsoWrong: { 'synapse.name': ['', 'a b'], 'synapse.kind': ['other'] },
  },
  replied: {
    params: ['parts'],
    args: () => [{ status: 'timeout', elapsedMs: 5 }],
    call: testing.replied as (...args: never[]) => unknown,
    optional: ['parts.status', 'parts.elapsedMs'],
    alsoRight: { parts: [{}] },
    alsoWrong: { 'parts.status': ['gone'], 'parts.elapsedMs': times },
  },
  testNetwork: {
    params: ['options'],
    args: () => [{ mechanism, miners: [], validators: 1, epochs: 1, seed: 'once', onEvent: () => {} }],
    call: testing.testNetwork,
    optional: ['options.seed', 'options.onEvent'],
    alsoRight: { 'options.miners': [[]], 'options.validators': [[{ name: 'a' }]] },
    alsoWrong: { 'options.epochs': [0, -1, 1.5], 'options.validators': [0, []] },
    free: ['options.mechanism'],
  },
  faultyNetwork: {
    params: ['options'],
    args: () => [
      {
        seed: 'seed',
        clock: new VirtualClock(),
        faults: [{ kind: 'loss', chance: 0.5, dialler: 'a', fromMs: 1 }],
      },
    ],
    call: testing.faultyNetwork,
    optional: ['options.faults', 'options.faults[0].dialler', 'options.faults[0].fromMs'],
    alsoRight: { 'options.faults': [[]] },
    alsoWrong: {
      'options.faults[0].kind': ['lost'],
      'options.faults[0].chance': [-0.1, 1.1],
      'options.faults[0].dialler': [''],
      'options.faults[0].fromMs': times,
    },
    free: ['options.clock.unheardOf'],
  },
  randomFaults: {
    params: ['options'],
    args: () => [
      { seed: 'seed', diallers: ['a'], listeners: ['b'], restarting: ['b'], spanMs: 1_000, maxFaults: 3 },
    ],
    call: testing.randomFaults,
    optional: ['options.restarting', 'options.maxFaults'],
    alsoRight: { 'options.restarting': [[]] },
    alsoWrong: {
      'options.diallers': [[]],
      'options.listeners': [[]],
      'options.spanMs': [0, ...times],
      'options.maxFaults': [-1, 1.5, 101],
    },
  },
  shrinkFaults: {
    params: ['faults', 'fails'],
    args: () => [[{ kind: 'refuse' }], async () => false],
    call: testing.shrinkFaults,
    alsoRight: { faults: [[]] },
  },
  startLyingServer: {
    params: ['options'],
    args: () => [
      {
        signer,
        ...peer(),
        host: '10.0.0.1',
        port: 9_000,
        lie: 'none',
        claims: signer.hotkey,
        answer: () => 1,
      },
    ],
    call: testing.startLyingServer,
    after: (server) => (server as testing.LyingServer).close(),
    optional: ['options.clock', 'options.host', 'options.port', 'options.claims', 'options.answer'],
    alsoWrong: { 'options.lie': ['fib'], 'options.port': [-1, 65_536], 'options.host': ['', 'a b'] },
    secrets: ['options.signer'],
    free: [
      'options.signer',
      'options.carrier.unheardOf',
      'options.carrier.kind',
      'options.clock.unheardOf',
      'options.clock.wait',
      'options.claims',
    ],
  },
  lieToServer: {
    params: ['options'],
    async args() {
      const { carrier, clock } = peer()
      const server = await testing.startLyingServer({ signer, carrier, clock, lie: 'none' })
      const target = { hotkey: server.hotkey, ...server.address }
      return [
        {
          signer,
          carrier,
          clock,
          target,
          synapse: 'ask',
          body: 1,
          lie: 'malformed',
          claims: signer.hotkey,
          staysMs: 5,
        },
      ]
    },
    call: testing.lieToServer,
    optional: ['options.clock', 'options.body', 'options.claims', 'options.staysMs'],
    alsoWrong: {
      'options.lie': ['fib'],
      'options.synapse': ['', 'x'.repeat(65)],
      'options.target.port': [0, 65_536],
      'options.target.host': [''],
      'options.target.hotkey': [''],
      'options.staysMs': [0, ...times],
    },
    secrets: ['options.signer'],
    free: [
      'options.signer',
      'options.body',
      'options.carrier.unheardOf',
      'options.carrier.kind',
      'options.clock.unheardOf',
      'options.clock.wait',
    ],
  },
})
