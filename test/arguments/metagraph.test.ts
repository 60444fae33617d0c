import * as metagraph from 'subnetkit/metagraph'
import type { Hotkey } from 'subnetkit/units'
import { threeNeurons } from '../unit/metagraph/columns.js'
import { describeRefusals } from './refuses.js'

const { Metagraph } = metagraph

const one = (): metagraph.Metagraph => new Metagraph(threeNeurons())
const json = (): object => JSON.parse(JSON.stringify(one())) as object
const snapshot = (): object => ({
  format: 'metagraph-snapshot/1',
  netuid: 15,
  block: 1_000,
  n: 2,
  uids: [0, 1],
  hotkeys: ['a', 'b'],
  stake: [1_000, 2],
  weights: [{ uid: 0, weights: [[1, 0.5]] }],
})

const u16Wrong: readonly unknown[] = [65_536, 1.5, Number.POSITIVE_INFINITY]
const wholeWrong: readonly unknown[] = [1.5, 2 ** 53, Number.POSITIVE_INFINITY]

describeRefusals('metagraph', metagraph, {
  epochInputFrom: {
    params: ['metagraph', 'options'],
    args: () => [one(), { currentBlock: 100, emissionRao: 5n, taoStakeRao: new BigUint64Array(3) }],
    call: metagraph.epochInputFrom,
    optional: ['options.currentBlock', 'options.taoStakeRao'],
    alsoWrong: {
      'options.currentBlock': wholeWrong,
      'options.emissionRao': [-1n, 2n ** 64n],
      'options.taoStakeRao': [new BigUint64Array(2)],
    },
  },
  importSnapshot: {
    params: ['snapshot', 'options'],
    args: () => [snapshot(), { minValidatorStakeAlpha: 5n, tempoBlocks: 360 }],
    call: metagraph.importSnapshot,
    optional: ['snapshot.uids', 'options', 'options.minValidatorStakeAlpha', 'options.tempoBlocks'],
    // No row at all, a row without weights and text of any kind as a name are right.
    alsoRight: { options: [{}], 'snapshot.hotkeys[0]': ['text'] },
    alsoWrong: {
      'snapshot.netuid': u16Wrong,
      'snapshot.block': wholeWrong,
      'snapshot.stake[0]': [2 ** 64, Number.POSITIVE_INFINITY],
      'snapshot.weights[0].uid': [2, 1.5],
      'snapshot.weights[0].weights[0][0]': [2, 60_000],
      'options.minValidatorStakeAlpha': [-1n, 2n ** 64n],
      'options.tempoBlocks': wholeWrong,
    },
  },
  mainnetSubnet15: {
    params: ['options'],
    args: () => [{ minValidatorStakeAlpha: 5n, tempoBlocks: 360 }],
    call: metagraph.mainnetSubnet15,
    optional: ['options', 'options.minValidatorStakeAlpha', 'options.tempoBlocks'],
    alsoRight: { options: [{}] },
    alsoWrong: { 'options.minValidatorStakeAlpha': [-1n, 2n ** 64n] },
  },
  Metagraph: {
    params: ['columns'],
    args: () => [threeNeurons()],
    call: (columns: metagraph.MetagraphColumns) => new Metagraph(columns),
    alsoRight: { 'columns.ownerUid': [null] },
    alsoWrong: {
      'columns.netuid': u16Wrong,
      'columns.n': [2, 65_537],
      'columns.block': wholeWrong,
      'columns.ownerUid': [3, ...u16Wrong],
      'columns.epochIndex': wholeWrong,
      'columns.tempoBlocks': wholeWrong,
    },
  },
  'Metagraph.fromJSON': {
    params: ['metagraph'],
    args: () => [json()],
    call: Metagraph.fromJSON,
    alsoRight: {
      'metagraph.ownerUid': [null],
      'metagraph.hotkey[0]': ['text'],
      'metagraph.coldkey[0]': ['text'],
      'metagraph.weights[0]': [[]],
      'metagraph.bonds[0]': [[]],
    },
    alsoWrong: {
      'metagraph.netuid': u16Wrong,
      'metagraph.block': wholeWrong,
      'metagraph.stakeAlpha[0]': ['-1', '01', '18446744073709551616'],
    },
  },
  'Metagraph#uidOf': {
    params: ['hotkey'],
    args: () => ['5abc'],
    call: (hotkey: Hotkey) => one().uidOf(hotkey),
  },
  'Metagraph#row': {
    params: ['uid'],
    args: () => [1],
    call: (uid: number) => one().row(uid),
    alsoWrong: { uid: [3, 0.5] },
  },
  'Metagraph#weightsOf': {
    params: ['uid'],
    args: () => [1],
    call: (uid: number) => one().weightsOf(uid),
    alsoWrong: { uid: [3, 0.5] },
  },
  'Metagraph#bondsOf': {
    params: ['uid'],
    args: () => [1],
    call: (uid: number) => one().bondsOf(uid),
    alsoWrong: { uid: [3, 0.5] },
  },
  'Metagraph#diff': {
    params: ['later'],
    args: () => [one()],
    call: (later: metagraph.Metagraph) => one().diff(later),
  },
  'Metagraph#rows': 'takes nothing',
  'Metagraph#validators': 'takes nothing',
  'Metagraph#miners': 'takes nothing',
  'Metagraph#toJSON': 'takes nothing',
})
