import * as report from 'subnetkit/report'
import { frameOf, hotkeyOf } from '../unit/report/frames.js'
import { frameAt } from '../unit/simulation/frameAt.js'
import { describeRefusals } from './refuses.js'

const frame = () => frameOf(1, [{ name: 'able', incentive: 1 }])
const options = () => ({
  title: 'T',
  subtitle: 'S',
  frames: [frame()],
  neurons: [{ hotkey: hotkeyOf('able'), role: 'miner', reason: 'Good.' }],
  facts: [{ label: 'L', value: 'V' }],
  notes: [{ heading: 'H', text: 'T' }],
})

describeRefusals('report', report, {
  renderReport: {
    params: ['options'],
    args: () => [options()],
    call: report.renderReport,
    optional: ['subtitle', 'neurons', 'facts', 'notes'].map((name) => `options.${name}`),
    alsoRight: {
      'options.neurons': [[]],
      'options.facts': [[]],
      'options.notes': [[]],
    },
    alsoWrong: {
      'options.frames': [[]],
      'options.frames[0].epoch': [1.5, -1],
      'options.frames[0].names': [[], ['a', 'b']],
      'options.frames[0].earnedAlpha': [new BigUint64Array(2)],
      'options.frames[0].priceBits': [-1n, 2n ** 128n],
      'options.frames[0].emissionShare': [-0.1, 1.1, Number.NaN],
    },
  },
  loadCharts: 'takes nothing',
  renderSimulation: {
    params: ['options'],
    args: () => [
      {
        title: 'T',
        subtitle: 'S',
        frames: [frameAt(1, 1)],
        facts: [{ label: 'L', value: 'V' }],
        notes: [{ heading: 'H', text: 'T' }],
      },
    ],
    call: report.renderSimulation,
    optional: ['subtitle', 'facts', 'notes'].map((name) => `options.${name}`),
    alsoRight: { 'options.facts': [[]], 'options.notes': [[]] },
    alsoWrong: {
      'options.frames': [[], [frameAt(1, 0)]],
      'options.frames[0].block': [1.5, -1],
      'options.frames[0].columns': [frameAt(1, 2)],
    },
  },
})
