import * as chain from 'subnetkit/chain'
import { systemClock } from 'subnetkit/clock'
import { runEpoch } from 'subnetkit/consensus'
import { keyPairFromUri } from 'subnetkit/crypto'
import { equalPolicy } from 'subnetkit/emission'
import type * as ledger from 'subnetkit/ledger'
import { silentLogger } from 'subnetkit/log'
import { createMemoryNetwork } from 'subnetkit/transport'
import { afterAll } from 'vitest'
import { amounts, methodsOf, signal, u16s, wholes } from './chainMethods.js'
import { describeRefusals, type Room } from './refuses.js'

const { ChainNode, LocalChain, RemoteChain } = chain
const alice = keyPairFromUri('//Alice')

const positives: readonly unknown[] = [0, ...wholes]

const carrier = createMemoryNetwork()
const local = await LocalChain.start({
  blockMs: 1,
  preset: chain.localnetPreset({ config: { testOriginAllowed: true } }),
})
const node = await ChainNode.start({ chain: local, carrier })
const remote = await RemoteChain.connect({ url: node.address, carrier, logger: silentLogger })
afterAll(async () => {
  await remote.close()
  await node.close()
  await local.close()
})

const { config } = chain.referencePreset
const endowed = () => [{ address: alice.address, balanceRao: 10n ** 12n }]
const preset = (): chain.Preset => ({ ...chain.localnetPreset(), endowed: endowed() })

/** Wrong values of every setting by its kind. */
const wrongSettings = (path: string, settings: object): Record<string, readonly unknown[]> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]): [string, readonly unknown[]][] => {
      if (typeof value === 'bigint') return [[`${path}.${key}`, [-1n, 2n ** 128n, 1]]]
      if (typeof value === 'number') return [[`${path}.${key}`, [1.5, 2 ** 53, 'yes']]]
      return typeof value === 'boolean' ? [[`${path}.${key}`, ['yes', 1, 0]]] : []
    }),
  )

const { chainId: _, hyperparameters, ...settings } = config

const localMethods = methodsOf('LocalChain', () => local)
const remoteMethods = methodsOf('RemoteChain', () => remote)

const without = (room: Room, inherited: readonly string[]): Room =>
  Object.fromEntries(Object.entries(room).filter(([name]) => !inherited.includes(name)))

const mempool = () => ({ maxCalls: 9, maxBytes: 9_000, maxCallsPerAccount: 2, maxBytesPerAccount: 900 })

await local.call(alice, 'registerSubnet', { hotkey: keyPairFromUri('//hotkey').hotkey })

describeRefusals('chain', chain, {
  localnetPreset: {
    params: ['overrides'],
    args: () => [{ chainId: 'mine', blockMs: 5, endowed: endowed(), config: settings, hyperparameters }],
    call: chain.localnetPreset,
    optional: [
      ...['', '.chainId', '.blockMs', '.endowed', '.config', '.hyperparameters'].map(
        (key) => `overrides${key}`,
      ),
      ...Object.keys(settings).map((key) => `overrides.config.${key}`),
      ...Object.keys(hyperparameters).map((key) => `overrides.hyperparameters.${key}`),
    ],
    alsoRight: {
      overrides: [{}],
      'overrides.config': [{}],
      'overrides.hyperparameters': [{}],
      'overrides.endowed': [[]],
    },
    alsoWrong: {
      ...wrongSettings('overrides.config', settings),
      ...wrongSettings('overrides.hyperparameters', hyperparameters),
      overrides: [{ tempo: 3 }, { kappaU16: 70_000 }],
      'overrides.chainId': ['', 'x'.repeat(65)],
      'overrides.blockMs': wholes,
      'overrides.endowed[0].balanceRao': amounts,
      'overrides.hyperparameters.tempoBlocks': u16s,
      'overrides.hyperparameters.kappaU16': [70_000, ...u16s],
    },
  },
  'LocalChain.start': {
    params: ['options'],
    args: () => [
      {
        preset: preset(),
        endowed: endowed(),
        blockMs: 1_000,
        seed: 'x',
        clock: systemClock,
        mempool: mempool(),
        historyBlocks: 4,
        runEpoch,
        policy: equalPolicy,
      },
    ],
    call: LocalChain.start,
    after: (one) => (one as chain.LocalChain).close(),
    optional: [
      'options',
      ...[
        'preset',
        'endowed',
        'blockMs',
        'seed',
        'clock',
        'mempool',
        'historyBlocks',
        'runEpoch',
        'policy',
      ].map((key) => `options.${key}`),
      ...Object.keys(mempool()).map((key) => `options.mempool.${key}`),
    ],
    // Clocks and policies are objects of the caller, which may have more.
    free: [
      'options.clock.unheardOf',
      'options.clock.wait',
      'options.policy.unheardOf',
      'options.policy.name',
    ],
    alsoRight: {
      options: [{}],
      'options.endowed': [[]],
      'options.preset.endowed': [[]],
      'options.preset.config.timelockRevealsPerBlock': [null],
      'options.mempool': [{}],
    },
    alsoWrong: {
      'options.blockMs': ['fast', ...wholes],
      'options.historyBlocks': positives,
      'options.mempool.maxCalls': positives,
      'options.mempool.maxBytes': positives,
      'options.mempool.maxCallsPerAccount': positives,
      'options.mempool.maxBytesPerAccount': positives,
      'options.preset.blockMs': wholes,
      'options.preset.config.callWindowBlocks': positives,
      'options.endowed[0].address': ['alice'],
      'options.endowed[0].balanceRao': amounts,
    },
  },
  LocalChain: 'is made by LocalChain.start: its constructor is private',
  RemoteChain: 'is made by RemoteChain.connect: its constructor is private',
  ChainNode: 'is made by ChainNode.start: its constructor is private',
  'ChainNode.start': {
    params: ['options'],
    args: () => [
      {
        chain: local,
        host: '127.0.0.1',
        port: 0,
        carrier,
        clock: systemClock,
        allowedOrigins: ['https://example.org'],
        limits: chain.defaultChainNodeLimits,
        logger: silentLogger,
      },
    ],
    call: ChainNode.start,
    after: (one) => (one as chain.ChainNode).close(),
    optional: [
      ...['host', 'port', 'carrier', 'clock', 'allowedOrigins', 'limits', 'logger'].map(
        (key) => `options.${key}`,
      ),
      ...Object.keys(chain.defaultChainNodeLimits).map((key) => `options.limits.${key}`),
    ],
    free: [
      ...['options.clock.unheardOf', 'options.clock.wait'],
      ...['options.carrier.unheardOf', 'options.carrier.kind', 'options.logger.unheardOf'],
    ],
    alsoRight: { 'options.limits': [{}], 'options.allowedOrigins': [[]] },
    alsoWrong: {
      'options.port': u16s,
      'options.limits.maxConnections': positives,
      'options.limits.maxRequests': positives,
      'options.limits.maxBufferedBytes': positives,
      'options.limits.idleMs': [0, -1, Number.POSITIVE_INFINITY],
      'options.limits.unreadMs': [0, -1, Number.POSITIVE_INFINITY],
    },
  },
  'ChainNode#close': 'takes nothing',
  ...localMethods,
  'LocalChain#produceBlock': 'takes nothing',
  'LocalChain#explainPayouts': 'takes nothing',
  'LocalChain#snapshot': 'takes nothing',
  'LocalChain#testCall': {
    params: ['call'],
    args: () => [
      { signer: alice.address, name: 'overrideBalance', args: { account: alice.address, balanceRao: 5n } },
    ],
    call: (call: ledger.TestCall) => local.testCall(call),
    alsoWrong: { 'call.signer': ['alice'], 'call.name': ['pay'], 'call.args.balanceRao': [-1n] },
  },
  'LocalChain#signingPlace': 'is for ChainBase, not for callers',
  'LocalChain#callSalt': 'is for ChainBase, not for callers',
  'RemoteChain.connect': {
    params: ['options'],
    args: () => [
      {
        url: { ...node.address },
        carrier,
        clock: systemClock,
        reconnect: { firstDelayMs: 1, maxDelayMs: 2, giveUpAfterMs: 3 },
        signal: signal(),
        onEvent: () => {},
        logger: silentLogger,
      },
    ],
    call: RemoteChain.connect,
    after: (one) => (one as chain.RemoteChain).close(),
    optional: [
      ...['carrier', 'clock', 'reconnect', 'signal', 'onEvent', 'logger'].map((key) => `options.${key}`),
      ...['firstDelayMs', 'maxDelayMs', 'giveUpAfterMs'].map((key) => `options.reconnect.${key}`),
    ],
    free: [
      'options.clock.unheardOf',
      'options.clock.wait',
      'options.carrier.unheardOf',
      'options.carrier.kind',
      'options.logger.unheardOf',
    ],
    alsoRight: { 'options.reconnect': [{}] },
    alsoWrong: {
      'options.url': ['127.0.0.1:1', 'http://127.0.0.1:1', 'ws://'],
      'options.url.port': [0, ...u16s],
      'options.reconnect.firstDelayMs': [0, -1, Number.POSITIVE_INFINITY],
      'options.reconnect.maxDelayMs': [0, -1, Number.POSITIVE_INFINITY],
      'options.reconnect.giveUpAfterMs': [-1, Number.POSITIVE_INFINITY],
    },
  },
  ...without(remoteMethods, ['RemoteChain#metagraph', 'RemoteChain#call']),
  'RemoteChain#nextBlocks': 'is for ChainBase, not for callers',
  'RemoteChain#metagraphOf': 'is for ChainBase, not for callers',
  'ChainBase#metagraph': remoteMethods['RemoteChain#metagraph']!,
  'ChainBase#call': remoteMethods['RemoteChain#call']!,
  'ChainBase#signingPlace': 'is for subclasses, not for callers',
  'ChainBase#callSalt': 'is for subclasses, not for callers',
  'ChainBase#nextBlocks': 'is for subclasses, not for callers',
  ChainBase: 'takes nothing',
  'ChainBase#metagraphOf': 'is for subclasses, not for callers',
})
