import { sessionServer } from 'subnetkit/axon'
import { LocalChain, localnetPreset } from 'subnetkit/chain'
import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { silentLogger } from 'subnetkit/log'
import * as neuron from 'subnetkit/neuron'
import { defineSynapse } from 'subnetkit/synapse'
import { createMemoryNetwork } from 'subnetkit/transport'
import { afterAll } from 'vitest'
import { z } from 'zod'
import { Metagraph } from '../../src/metagraph/index.js'
import { anyRecord } from '../unit/mechanism/record/anyRecord.js'
import { threeNeurons } from '../unit/metagraph/columns.js'
import { Guess } from '../unit/neuron/Guess.js'
import { describeRefusals } from './refuses.js'

const chain = await LocalChain.start({ preset: localnetPreset({ blockMs: 5 }) })
const alice = keyPairFromUri('//Alice')
const owner = keyPairFromUri('//owner')
await chain.call(alice, 'registerSubnet', { hotkey: owner.hotkey })
const carrier = createMemoryNetwork()
const signer = keyPairFromUri('//miner')
afterAll(() => chain.close())

const length = defineSynapse({ name: 'length', request: z.string(), answer: z.number() })

class Wrong extends Guess {
  constructor(part: string, value: unknown) {
    super()
    Object.assign(this, { [part]: value })
  }
}

/** Mechanisms of a wrong form; each part is tried for mechanisms themselves. */
const wrongMechanisms = [
  {},
  new Wrong('synapse', undefined),
  new Wrong('synapse', { kind: 'unary', name: 'x' }),
]
const wrongRules = [
  ...wrongMechanisms,
  new Wrong('initialState', undefined),
  new Wrong('initialState', () => new Map()),
  new Wrong('createTask', 'task'),
  new Wrong('score', undefined),
  new Wrong('weights', [1, 2]),
  new Wrong('tasksPerRound', 0),
  new Wrong('answerTimeoutMs', '5s'),
  new Wrong('answerTimeoutMs', Number.POSITIVE_INFINITY),
  new Wrong('averageOver', 0),
  new Wrong('failuresTolerated', -1),
  new Wrong('stateVersion', 0.5),
]

const minerOptions = () => ({
  chain,
  signer,
  netuid: 1,
  mechanism: new Guess(),
  answer: (task: number) => task,
  axon: {
    transports: [sessionServer()],
    host: '127.0.0.1',
    port: 0,
    allowedOrigins: ['https://subnet.example'],
    limits: { maxRunning: 3 },
    quotas: { total: { calls: 9, intervalMs: 1_000 } },
    logger: silentLogger,
  },
  carrier,
  announce: { host: '127.0.0.1', port: 8_091 },
  answers: [neuron.answerTo(length, (text) => text.length)],
  artefacts: [{ kind: 'a', bytes: Uint8Array.of(1) }],
  artefactsAfterBlock: 7,
  blacklist: () => false,
  verify: () => true,
  priority: () => 0,
  minCallerStakeAlpha: 1n,
  standing: () => 0,
  clock: systemClock,
  logger: silentLogger,
  onEvent: () => {},
})

/** Each is looked at by the methods that it must have. */
const minerFree = [
  'options.chain.unheardOf',
  'options.carrier.unheardOf',
  'options.carrier.kind',
  'options.carrier.connectionsTo',
  'options.axon.transports[0].kind',
  'options.axon.transports[0].unheardOf',
  'options.axon.limits.maxRunning',
  'options.axon.limits.unheardOf',
  'options.axon.quotas.total',
  'options.axon.quotas.total.calls',
  'options.axon.quotas.total.intervalMs',
  'options.axon.quotas.total.unheardOf',
  'options.axon.quotas.unheardOf',
  'options.clock.unheardOf',
  'options.logger.unheardOf',
  'options.axon.logger.unheardOf',
]
const minerOptional = [
  'axon',
  'axon.transports',
  'axon.host',
  'axon.port',
  'axon.allowedOrigins',
  'axon.limits',
  'axon.quotas',
  'axon.logger',
  'carrier',
  'announce',
  'answers',
  'artefacts',
  'artefactsAfterBlock',
  'blacklist',
  'verify',
  'priority',
  'minCallerStakeAlpha',
  'standing',
  'clock',
  'logger',
  'onEvent',
].map((key) => `options.${key}`)
const minerWrong = {
  'options.netuid': [65_536, 1.5],
  'options.mechanism': wrongMechanisms,
  'options.axon.port': [65_536],
  'options.announce.port': [0, 65_536],
  'options.announce.host': [''],
  'options.artefactsAfterBlock': [-1, 1.5],
  'options.artefacts[0].kind': ['', 'a b'],
  'options.artefacts[0].bytes': [new Uint8Array()],
}
const minerRight = {
  'options.axon': [{}],
  'options.axon.allowedOrigins': [[]],
  'options.axon.limits': [{}],
  'options.axon.quotas': [{}],
  'options.answers': [[]],
  'options.artefacts': [[]],
}

const aMiner = new neuron.Miner(minerOptions())
const aValidator = new neuron.Validator({ chain, signer, netuid: 1, mechanism: new Guess(), carrier })

describeRefusals('neuron', neuron, {
  admitsCaller: {
    params: ['metagraph', 'caller', 'minStakeAlpha'],
    args: () => [new Metagraph(threeNeurons()), 'hot-ann', 5n],
    call: neuron.admitsCaller,
    alsoWrong: { minStakeAlpha: [-1n] },
  },
  faultOfEvent: {
    params: ['event'],
    args: () => [{ type: 'failed', block: 7, error: new RangeError('out') }],
    call: neuron.faultOfEvent,
    // Events of a later version are none that there is something to say of.
    free: ['event.block', 'event.unheardOf'],
  },
  fileValidatorStore: {
    params: ['path'],
    args: () => ['/tmp/never-written/a.state'],
    call: neuron.fileValidatorStore,
    alsoWrong: { path: [''] },
  },
  fileRoundStore: {
    params: ['folder'],
    args: () => ['/tmp/never-written/rounds'],
    call: neuron.fileRoundStore,
    alsoWrong: { folder: [''] },
  },
  memoryRoundStore: 'takes nothing',
  roundOver: 'its parts come from a validator, or from roundOf of subnetkit/testing, which look at them',
  answerTo: {
    params: ['synapse', 'answer', 'hooks'],
    args: () => [
      length,
      (text: string) => text.length,
      { blacklist: () => false, verify: () => true, priority: () => 0 },
    ],
    call: neuron.answerTo as (...args: never[]) => unknown,
    optional: ['hooks', 'hooks.blacklist', 'hooks.verify', 'hooks.priority'],
    alsoRight: { hooks: [{}] },
    alsoWrong: { 'synapse.name': ['', 'a b'], 'synapse.kind': ['other'] },
  },
  commitArtefacts: {
    params: ['options'],
    args: () => [
      {
        chain,
        signer: owner,
        netuid: 1,
        artefacts: [{ kind: 'a', bytes: Uint8Array.of(1) }],
        signal: new AbortController().signal,
      },
    ],
    call: neuron.commitArtefacts,
    optional: ['options.signal'],
    free: ['options.chain.unheardOf'],
    alsoWrong: {
      'options.netuid': [65_536, 1.5],
      'options.artefacts': [[]],
      'options.artefacts[0].kind': ['', 'a b'],
      'options.artefacts[0].bytes': [new Uint8Array()],
    },
  },
  standingByStake: {
    params: ['options'],
    args: () => [{ metagraph: () => undefined, minStakeAlpha: 5n }],
    call: neuron.standingByStake,
    optional: ['options.minStakeAlpha'],
    alsoWrong: { 'options.minStakeAlpha': [-1n] },
  },
  replayRound: {
    params: ['mechanism', 'record'],
    args: () => [new Guess(), anyRecord()],
    // That the record is none of this mechanism's rounds is no wrong argument.
    call: (...args: [never, never]) =>
      neuron.replayRound(...args).catch((error: Error) => {
        if (error.name !== 'RoundRecordError') throw error
      }),
    free: ['record'],
    alsoWrong: { mechanism: wrongRules, record: [undefined, null, 7, {}] },
  },
  roundFolder: {
    params: ['options'],
    args: () => [{ path: '/tmp/never-written/rounds', maxBytes: 1_000 }],
    call: neuron.roundFolder,
    alsoWrong: { 'options.path': [''], 'options.maxBytes': [0, 1.5] },
  },
  memoryValidatorStore: 'takes nothing',
  joinSubnet: {
    params: ['options'],
    args: () => [
      {
        chain,
        coldkey: alice,
        hotkey: keyPairFromUri('//joiner').hotkey,
        netuid: 1,
        limitRao: 10n ** 15n,
        stakeRao: 0n,
        signal: new AbortController().signal,
      },
    ],
    call: neuron.joinSubnet,
    optional: ['options.limitRao', 'options.stakeRao', 'options.signal'],
    free: ['options.chain.unheardOf'],
    alsoWrong: { 'options.hotkey': ['5abc', ''], 'options.netuid': [65_536], 'options.limitRao': [-1n] },
  },
  publishCommitment: {
    params: ['options'],
    args: () => [
      {
        chain,
        signer: owner,
        netuid: 1,
        parts: [{ text: 'x' }, { locked: 'y', inBlocks: 1_000 }],
        resetBonds: false,
        signal: new AbortController().signal,
      },
    ],
    call: neuron.publishCommitment,
    optional: ['options.resetBonds', 'options.signal'],
    free: ['options.chain.unheardOf'],
    secrets: ['options.parts[1].locked'],
    alsoWrong: {
      'options.netuid': [65_536],
      'options.parts': [Array(4).fill({ text: 'x' })],
      'options.parts[0].text': ['x'.repeat(513)],
      'options.parts[1].inBlocks': [0, -1],
    },
  },
  readCommitment: {
    params: ['options'],
    args: () => [{ chain, netuid: 1, hotkey: signer.hotkey, signal: new AbortController().signal }],
    call: neuron.readCommitment,
    optional: ['options.signal'],
    free: ['options.chain.unheardOf'],
    alsoWrong: { 'options.hotkey': ['5abc', ''], 'options.netuid': [65_536] },
  },
  readCommitments: {
    params: ['options'],
    args: () => [{ chain, netuid: 1, signal: new AbortController().signal }],
    call: neuron.readCommitments,
    optional: ['options.signal'],
    free: ['options.chain.unheardOf'],
    alsoWrong: { 'options.netuid': [65_536] },
  },
  Miner: {
    params: ['options'],
    args: () => [minerOptions()],
    call: (options: never) => new neuron.Miner(options),
    optional: minerOptional,
    free: minerFree,
    alsoRight: minerRight,
    alsoWrong: minerWrong,
  },
  'Miner.join': {
    params: ['options'],
    args: () => [{ ...minerOptions(), coldkey: alice, limitRao: 10n ** 15n }],
    call: neuron.Miner.join,
    after: (miner: unknown) => (miner instanceof neuron.Miner ? miner.stop() : undefined),
    optional: [...minerOptional, 'options.limitRao'],
    free: minerFree,
    alsoRight: minerRight,
    alsoWrong: { ...minerWrong, 'options.announce.host': ['0.0.0.0', '::', 'localhost'] },
  },
  'Miner#blocksBehind': {
    params: ['options'],
    args: () => [{ signal: new AbortController().signal }],
    call: (options: never) => aMiner.blocksBehind(options),
    optional: ['options', 'options.signal'],
    alsoRight: { options: [{}] },
  },
  'Miner#observe': {
    params: ['listener'],
    args: () => [() => {}],
    call: (listener: never) => aMiner.observe(listener),
  },
  'Miner#commitArtefacts': 'of a miner that runs: test/integration/artefacts/artefactRounds.test.ts',
  'Miner#start': 'takes nothing',
  'Miner#stop': 'takes nothing',
  Validator: {
    params: ['options'],
    args: () => [
      {
        chain,
        signer,
        netuid: 1,
        mechanism: new Guess(),
        dendrite: new Dendrite({ signer, carrier }),
        carrier,
        store: neuron.memoryValidatorStore(),
        roundStore: neuron.memoryRoundStore(),
        clock: systemClock,
        sampleSize: 3,
        concurrency: 3,
        roundBlocks: 1,
        weightsLeadBlocks: 3,
        weightsVersionKey: 0,
        weights: () => new Map(),
        forgetAfterBlocks: 100,
        artefacts: { bytes: 1_000, bytesPerHotkey: 500, folder: 'artefacts' },
        logger: silentLogger,
        onEvent: () => {},
        onRound: () => {},
      },
    ],
    call: (options: never) => new neuron.Validator(options),
    optional: [
      'dendrite',
      'carrier',
      'store',
      'clock',
      'sampleSize',
      'concurrency',
      'roundBlocks',
      'weightsLeadBlocks',
      'weightsVersionKey',
      'weights',
      'forgetAfterBlocks',
      'artefacts',
      'artefacts.bytes',
      'artefacts.bytesPerHotkey',
      'artefacts.folder',
      'logger',
      'onEvent',
      'onRound',
      'roundStore',
    ].map((key) => `options.${key}`),
    free: [
      'options.roundStore.unheardOf',
      'options.chain.unheardOf',
      'options.carrier.unheardOf',
      'options.carrier.kind',
      'options.store.unheardOf',
      'options.clock.unheardOf',
      'options.logger.unheardOf',
    ],
    alsoWrong: {
      'options.netuid': [65_536],
      'options.mechanism': wrongRules,
      'options.mechanismId': [65_536, 0.5],
      'options.sampleSize': [1.5],
      'options.concurrency': [0],
      'options.roundBlocks': [0],
      'options.weightsLeadBlocks': [0],
      'options.artefacts.bytes': [0, 1.5],
      'options.artefacts.bytesPerHotkey': [0, 1.5],
      'options.artefacts.folder': [''],
    },
    alsoRight: { 'options.artefacts': [{}] },
  },
  'Validator#blocksBehind': {
    params: ['options'],
    args: () => [{ signal: new AbortController().signal }],
    call: (options: never) => aValidator.blocksBehind(options),
    optional: ['options', 'options.signal'],
    alsoRight: { options: [{}] },
  },
  'Validator#rehearse': {
    params: ['options'],
    args: () => [{ signal: new AbortController().signal }],
    call: (options: never) => aValidator.rehearse(options),
    optional: ['options', 'options.signal'],
    alsoRight: { options: [{}] },
  },
  'Validator#observe': {
    params: ['listener'],
    args: () => [() => {}],
    call: (listener: never) => aValidator.observe(listener),
  },
  'Validator#start': 'takes nothing',
  'Validator#stop': 'takes nothing',
})
