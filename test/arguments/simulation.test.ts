import { equalPolicy } from 'subnetkit/emission'
import * as simulation from 'subnetkit/simulation'
import { frameAt } from '../unit/simulation/frameAt.js'
import { describeRefusals } from './refuses.js'

const options = (): simulation.SimulationOptions => ({
  subnets: 1,
  validators: 1,
  miners: 1,
  tempoBlocks: 2,
  weightsEveryBlocks: 4,
  everyBlocks: 2,
  seed: 'x',
  rootStakeRao: 10n ** 12n,
  preset: 'reference',
  config: { subnetLimit: 9 },
  hyperparameters: { kappaU16: 9 },
  policy: equalPolicy,
})
const wait = (): simulation.SimulationWait => ({
  signal: new AbortController().signal,
  onProgress: () => {},
})
const optional = Object.keys(options())
const started = await simulation.Simulation.start({
  subnets: 1,
  validators: 1,
  miners: 1,
  tempoBlocks: 2,
  policy: equalPolicy,
})
const wholes = [-1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY]

describeRefusals('simulation', simulation, {
  Simulation: 'made by Simulation.start',
  'Simulation.start': {
    params: ['options', 'wait'],
    args: () => [options(), wait()],
    call: simulation.Simulation.start,
    optional: [
      'options',
      'wait',
      'wait.signal',
      'wait.onProgress',
      ...optional.map((name) => `options.${name}`),
      'options.config.subnetLimit',
      'options.hyperparameters.kappaU16',
    ],
    free: ['options.policy'],
    alsoRight: {
      options: [{}],
      wait: [{}],
      'options.seed': ['text'],
      'options.config': [{}],
      'options.hyperparameters': [{}],
      'options.rootStakeRao': [5n],
    },
    alsoWrong: {
      'options.subnets': [0, 1_025, ...wholes],
      'options.validators': [0, 255, ...wholes],
      'options.miners': [0, 255, ...wholes],
      'options.tempoBlocks': [0, 50_401, ...wholes],
      'options.weightsEveryBlocks': [0, ...wholes],
      'options.everyBlocks': [0, ...wholes],
      'options.seed': ['', 'x'.repeat(101), 'a\ud800b'],
      'options.preset': ['mainnet'],
      'options.rootStakeRao': [-1n, 2n ** 64n],
      'options.config.subnetLimit': wholes,
      'options.hyperparameters.kappaU16': wholes,
    },
  },
  'Simulation.restore': {
    params: ['snapshot', 'options'],
    args: () => [started.snapshot(), { policy: equalPolicy, policyMayDiffer: true }],
    call: simulation.Simulation.restore,
    optional: ['options', 'options.policy', 'options.policyMayDiffer'],
    free: ['options.policy'],
    alsoRight: { options: [{}] },
  },
  'Simulation#run': {
    params: ['stretch'],
    args: () => [{ blocks: 1, ...wait() }],
    call: (stretch: simulation.SimulationStretch) => started.run(stretch),
    optional: ['stretch.signal', 'stretch.onProgress'],
    alsoWrong: { 'stretch.blocks': wholes },
  },
  'Simulation#snapshot': 'takes nothing',
  FrameSample: {
    params: ['most'],
    args: () => [2],
    call: (most: number) => new simulation.FrameSample(most),
    alsoWrong: { most: [1, ...wholes] },
  },
  'FrameSample#add': {
    params: ['frame'],
    args: () => [frameAt(1, 1)],
    call: (frame: simulation.SimulationFrame) => new simulation.FrameSample(2).add(frame),
    alsoWrong: { 'frame.columns.price': [new Float64Array(2)], 'frame.block': wholes },
  },
  arrowHead: {
    params: ['facts'],
    args: () => [{ seed: 'x' }],
    call: simulation.arrowHead,
    optional: ['facts', 'facts.seed'],
    free: ['facts.unheardOf'],
    alsoRight: { facts: [{}], 'facts.seed': ['text'] },
    alsoWrong: { facts: [{ 'a\ud800': 'x' }], 'facts.seed': ['a\udc00b'] },
  },
  arrowFrame: {
    params: ['frame'],
    args: () => [frameAt(1, 1)],
    call: simulation.arrowFrame,
    alsoWrong: {
      frame: [frameAt(1, 0), { ...frameAt(1, 2), block: 2 }],
      'frame.columns.alphaIn': [new BigUint64Array(2)],
      'frame.columns.block': [Uint32Array.of(2)],
    },
  },
  csvHead: 'takes nothing',
  csvFrame: {
    params: ['frame'],
    args: () => [frameAt(1, 1)],
    call: simulation.csvFrame,
    alsoWrong: {
      frame: [frameAt(1, 0), { ...frameAt(1, 2), block: 2 }],
      'frame.columns.alphaIn': [new BigUint64Array(2)],
      'frame.columns.block': [Uint32Array.of(2)],
    },
  },
  describeFrameColumns: 'takes nothing',
  readFrames: {
    params: ['bytes'],
    args: () => [simulation.arrowHead()],
    call: simulation.readFrames,
  },
  eachFrame: {
    params: ['source'],
    args: () => [simulation.arrowHead()],
    call: (source: Uint8Array) => [...simulation.eachFrame(source)],
    alsoWrong: { source: [{ read: () => new Uint8Array(8) }, { byteLength: 8 }] },
  },
})
