import { fileURLToPath } from 'node:url'
import { localnetPreset } from 'subnetkit/chain'
import { keyPairFromUri, type Signer } from 'subnetkit/crypto'
import { silentLogger } from 'subnetkit/log'
import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
import * as network from 'subnetkit/network'
import { memoryValidatorStore } from 'subnetkit/neuron'
import { defineSynapse } from 'subnetkit/synapse'
import { afterAll, beforeAll } from 'vitest'
import { z } from 'zod'
import { methodsOf } from './chainMethods.js'
import { describeRefusals } from './refuses.js'

class Doubles extends IncentiveMechanism<number, number> {
  readonly synapse = defineSynapse({ name: 'double', request: z.number(), answer: z.number() })

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed) {
    return random.int(100)
  }

  score({ responses, state }: ScoreRound<number, number>) {
    return { scores: new Map(responses.map(({ hotkey }) => [hotkey, 1] as const)), state }
  }
}

type Options = network.LocalNetworkOptions<number, number, null>
type Local = network.LocalNetwork<number, number>

const miner = () => ({
  name: 'good',
  owner: 'ann',
  answer: (task: number) => 2 * task,
  answerCostMs: 1,
  diesAfterEpoch: 9,
  blacklist: () => false,
  minCallerStakeAlpha: 1n,
})
const validator = () => ({
  name: 'ada',
  stakeRao: 10n ** 13n,
  sampleSize: 4,
  roundBlocks: 1,
  weightsLeadBlocks: 2,
  store: memoryValidatorStore(),
})
const options = (): Options => ({
  mechanism: new Doubles(),
  miners: [miner()],
  validators: [validator()],
  seed: 'arguments',
  time: 'virtual',
  heldWorkLimitMs: 1_000,
  latencyMs: { leastMs: 1, mostMs: 3 },
  scheme: 'ed25519',
  logger: silentLogger,
  onEvent: () => {},
})

let local: Local
beforeAll(async () => {
  local = await network.LocalNetwork.start(options())
})
afterAll(() => local.stop())

const stop = async (started: unknown): Promise<void> => {
  if (started instanceof network.LocalNetwork) await started.stop()
}

const module = fileURLToPath(new URL('network.test.ts', import.meta.url))
const processes = (): network.ProcessNetworkOptions => ({
  neurons: [{ name: 'good', owner: 'ann', role: 'miner', module, options: null, stakeRao: 1n, restarts: 0 }],
  mechanisms: 1,
  seed: 'arguments',
  preset: localnetPreset(),
  blockMs: 100,
  host: '127.0.0.1',
  port: 0,
  scheme: 'ed25519',
  stateFolder: '/nowhere',
  execArgv: [],
  // Aborted, so that what is right starts nothing.
  signal: AbortSignal.abort(),
  startMs: 1_000,
  stopMs: 100,
  logger: silentLogger,
  onEvent: () => {},
})
const startProcesses = async (given: network.ProcessNetworkOptions): Promise<unknown> => {
  try {
    return await network.ProcessNetwork.start(given)
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortedError') return undefined
    throw error
  }
}

const minerPaths = ['owner', 'answerCostMs', 'diesAfterEpoch', 'blacklist', 'minCallerStakeAlpha']
const validatorPaths = ['stakeRao', 'sampleSize', 'roundBlocks', 'weightsLeadBlocks', 'store']
const noName = ['', 'x'.repeat(65), 'owner']
const noDuration = [0, Number.POSITIVE_INFINITY]
const unknownName = { name: ['nobody'] }
const under = (path: string, names: readonly string[]): string[] => names.map((name) => `${path}.${name}`)

describeRefusals('network', network, {
  LocalNetwork: 'made by start alone',
  'LocalNetwork.start': {
    params: ['options'],
    args: () => [options()],
    call: network.LocalNetwork.start,
    after: stop,
    optional: [
      ...under('options', ['seed', 'time', 'heldWorkLimitMs', 'latencyMs', 'scheme', 'logger', 'onEvent']),
      ...under('options.miners[0]', minerPaths),
      ...under('options.validators[0]', validatorPaths),
    ],
    free: ['options.validators[0].store.unheardOf', 'options.logger.unheardOf'],
    alsoRight: {
      'options.miners': [[]],
      'options.miners[0].answerCostMs': [() => 0],
    },
    alsoWrong: {
      'options.miners[0].name': noName,
      'options.validators': [0, -1, 1.5, []],
      'options.validators[0].name': [...noName, 'good'],
      'options.validators[0].stakeRao': [0n, -1n],
      'options.validators[0].roundBlocks': [0],
      'options.time': ['minor'],
      'options.heldWorkLimitMs': noDuration,
      'options.latencyMs': [-1, { leastMs: 3, mostMs: 1 }],
      'options.scheme': ['ecdsa'],
    },
  },
  'LocalNetwork#metagraph': {
    params: ['mechanism'],
    args: () => [0],
    call: (mechanism: number) => local.metagraph(mechanism),
    optional: ['mechanism'],
    alsoWrong: { mechanism: [65_536, 0.5] },
  },
  furtherMechanism: {
    params: ['options'],
    args: () => [{ mechanism: new Doubles(), weights: () => new Map() }],
    call: network.furtherMechanism,
    optional: ['options.weights'],
    alsoWrong: { 'options.mechanism': [{}] },
  },
  'LocalNetwork#validator': {
    params: ['name'],
    args: () => ['ada'],
    call: (name: string) => local.validator(name),
    alsoWrong: { name: ['good'] },
  },
  'LocalNetwork#miner': {
    params: ['name'],
    args: () => ['good'],
    call: (name: string) => local.miner(name),
    alsoWrong: { name: ['ada'] },
  },
  'LocalNetwork#signersOf': {
    params: ['name'],
    args: () => ['owner'],
    call: (name: string) => local.signersOf(name),
    alsoWrong: unknownName,
  },
  'LocalNetwork#dendrite': {
    params: ['signer'],
    args: () => [keyPairFromUri('//Charlie')],
    call: (signer: Signer) => local.dendrite(signer),
    free: ['signer'],
  },
  'LocalNetwork#epochs': {
    params: ['options'],
    args: () => [{ count: 0, signal: AbortSignal.abort() }],
    call: (given: network.EpochsOptions) => local.epochs(given).next(),
    optional: ['options', 'options.count', 'options.signal'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.count': [0.5, Number.POSITIVE_INFINITY] },
  },
  'LocalNetwork#run': {
    params: ['work'],
    args: () => [Promise.resolve(1)],
    call: (work: Promise<number>) => local.run(work),
  },
  'LocalNetwork#addMiner': {
    params: ['spec'],
    args: () => [{ ...miner(), name: `m${Math.random()}` }],
    call: (spec: ReturnType<typeof miner>) => local.addMiner(spec),
    optional: under('spec', minerPaths),
    alsoRight: { 'spec.answerCostMs': [() => 0], 'spec.name': ['text'] },
    alsoWrong: { 'spec.name': [...noName, 'good', 'ada'] },
  },
  'LocalNetwork#addValidator': {
    params: ['spec'],
    args: () => [{ ...validator(), name: `v${Math.random()}`, stakeRao: nextStake() }],
    call: (spec: ReturnType<typeof validator>) => local.addValidator(spec),
    optional: under('spec', validatorPaths.slice(1)),
    free: ['spec.store.unheardOf'],
    alsoWrong: { 'spec.name': [...noName, 'good', 'ada'], 'spec.stakeRao': [0n, 1n] },
  },
  'LocalNetwork#stopNeuron': {
    params: ['name'],
    args: () => ['ada'],
    call: (name: string) => local.stopNeuron(name),
    alsoWrong: unknownName,
  },
  'LocalNetwork#stop': 'takes nothing',
  NetworkChain: 'made by LocalNetwork alone',
  ...methodsOf('NetworkChain', () => local.chain),
  'NetworkChain#snapshot': 'takes nothing',
  ProcessNetwork: 'made by start alone',
  'ProcessNetwork.start': {
    params: ['options'],
    args: () => [processes()],
    call: startProcesses,
    optional: [
      ...under(
        'options',
        Object.keys(processes()).filter((name) => name !== 'neurons'),
      ),
      ...under('options.neurons[0]', ['owner', 'options', 'stakeRao', 'restarts']),
    ],
    free: ['options.neurons[0].options', 'options.logger.unheardOf', 'options.preset'],
    alsoRight: { 'options.stateFolder': ['text'], 'options.seed': ['text'] },
    alsoWrong: {
      'options.neurons': [[]],
      'options.mechanisms': [0, 17, 1.5],
      'options.neurons[0].name': noName,
      'options.neurons[0].role': ['minor'],
      'options.neurons[0].module': [''],
      'options.neurons[0].restarts': [-1, 0.5],
      'options.neurons[0].options': [() => 0],
      'options.blockMs': [-1, Number.POSITIVE_INFINITY],
      'options.port': [-1, 65_536],
      'options.startMs': noDuration,
    },
  },
  'ProcessNetwork#metagraph': 'as of LocalNetwork, through the same query',
  'ProcessNetwork#signersOf': 'as of LocalNetwork, through the same function',
  'ProcessNetwork#epochs': 'as of LocalNetwork, through the same check',
  'ProcessNetwork#pidOf': 'needs processes: tested in test/integration/network',
  'ProcessNetwork#linesOf': 'needs processes: tested in test/integration/network',
  'ProcessNetwork#kill': 'needs processes: tested in test/integration/network',
  'ProcessNetwork#restart': 'needs processes: tested in test/integration/network',
  'ProcessNetwork#stop': 'takes nothing',
  runNeuronProcess: {
    params: ['roles'],
    args: () => [{ miner: () => ({}), validator: () => ({}), watch: () => {} }],
    call: async (roles: network.NeuronRoles<number, number, null>) => {
      try {
        await network.runNeuronProcess(roles)
      } catch (error) {
        if (!(error instanceof network.NotSpawnedError)) throw error
      }
    },
    optional: ['roles.miner', 'roles.validator', 'roles.watch'],
    alsoRight: { roles: [{}] },
  },
})

let stake = 2n * 10n ** 13n
/** Above all before it, for the one validator permit. */
function nextStake(): bigint {
  stake += 10n ** 12n
  return stake
}
