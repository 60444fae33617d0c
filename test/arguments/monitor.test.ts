import { Registry } from 'prom-client'
import { Axon } from 'subnetkit/axon'
import { ChainNode, LocalChain } from 'subnetkit/chain'
import { systemClock } from 'subnetkit/clock'
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { silentLogger } from 'subnetkit/log'
import * as monitor from 'subnetkit/monitor'
import { Miner, Validator } from 'subnetkit/neuron'
import { Router } from 'subnetkit/router'
import { createMemoryNetwork } from 'subnetkit/transport'
import { afterAll } from 'vitest'
import { Guess } from '../unit/neuron/Guess.js'
import { describeRefusals } from './refuses.js'

const carrier = createMemoryNetwork()
const signer = keyPairFromUri('//Alice', { scheme: 'ed25519' })
const chain = await LocalChain.start({ blockMs: 'manual' })
const node = await ChainNode.start({ chain })
const neuron = { chain, signer, netuid: 1, mechanism: new Guess(), carrier }
const router = await Router.start({ dendrite: new Dendrite({ signer, carrier }), candidates: [] })
const ours = await monitor.Monitor.create()
afterAll(async () => {
  await ours.close()
  await router.close()
  await node.close()
  await chain.close()
})

const close = async (made: unknown): Promise<void> => {
  if (made instanceof monitor.Monitor || made instanceof monitor.MonitorServer) await made.close()
}

const keysOf = (path: string, object: object): string[] => Object.keys(object).map((key) => `${path}.${key}`)

const options = () => ({
  registry: new Registry(),
  directories: ['/tmp'],
  checks: { own: () => null },
  maxBlocksBehind: 5,
  maxBlockAgeMs: 1_000,
  checkMs: 500,
  clock: systemClock,
  logger: silentLogger,
})

const watched = {
  axon: new Axon({ signer, carrier }),
  dendrite: new Dendrite({ signer, carrier }),
  miner: new Miner({ ...neuron, answer: (task: number) => task }),
  validator: new Validator(neuron),
  router,
  chain,
  node,
}

const served = () => ({ monitor: ours, host: '127.0.0.1', port: 0, logger: silentLogger })

describeRefusals('monitor', monitor, {
  Monitor: 'made by Monitor.create',
  'Monitor.create': {
    params: ['options'],
    args: () => [options()],
    call: (given: never) => monitor.Monitor.create(given),
    after: close,
    optional: ['options', 'options.checks.own', ...keysOf('options', options())],
    free: [
      'options.registry.unheardOf',
      'options.clock.unheardOf',
      'options.logger.unheardOf',
      'options.checks.unheardOf',
    ],
    alsoRight: { options: [{}], 'options.directories': [[]], 'options.checks': [{}] },
    alsoWrong: {
      'options.directories[0]': [''],
      'options.maxBlocksBehind': [-1, 1.5],
      'options.maxBlockAgeMs': [0],
      'options.checkMs': [0, Number.POSITIVE_INFINITY],
    },
  },
  'Monitor#watch': {
    params: ['name', 'watched'],
    args: () => ['alice', watched],
    call: async (name: string, what: monitor.Watched) => await ours.watch(name, what)(),
    optional: keysOf('watched', watched),
    free: ['watched.chain.unheardOf'],
    alsoRight: { name: ['text'] },
    alsoWrong: { name: ['', 'a b', 'x'.repeat(65)] },
  },
  'Monitor#metrics': 'takes nothing',
  'Monitor#readiness': 'takes nothing',
  'Monitor#close': 'takes nothing',
  MonitorServer: 'made by MonitorServer.start',
  'MonitorServer.start': {
    params: ['options'],
    args: () => [served()],
    call: (given: never) => monitor.MonitorServer.start(given),
    after: close,
    optional: ['options.host', 'options.port', 'options.logger'],
    free: ['options.logger.unheardOf'],
    alsoWrong: { 'options.port': [-1, 65_536, 1.5], 'options.host': ['', 'a b', 'http://a'] },
  },
  'MonitorServer#close': 'takes nothing',
})
