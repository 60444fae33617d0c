import { createBackend } from 'subnetkit/compute'
import * as mechanism from 'subnetkit/mechanism'
import type { Metagraph } from 'subnetkit/metagraph'
import type { Hotkey } from 'subnetkit/units'
import { Guess } from '../unit/neuron/Guess.js'
import { describeRefusals } from './refuses.js'

const hotkey = 'ann' as Hotkey
const byHotkey = (): Map<Hotkey, number> => new Map([[hotkey, 0.5]])
const standing = { mean: 0.5, count: 1, failuresInRow: 0, lastSeenBlock: 7 }
const metagraph = {
  uidOf: () => undefined,
  row: () => undefined,
  validators: () => [],
  weightsOf: () => [],
} as never as Metagraph
const backend = {
  ema: async (previous: Float32Array) => previous,
  rankRows: async () => ({}),
  cosineRows: async () => ({}),
  normaliseColumns: async () => ({}),
} as never
const scorer = (): mechanism.MatrixScorer => new mechanism.MatrixScorer(backend, { rate: 0.5 })
const view = () => ({ standings: new Map([[hotkey, standing]]), state: {}, metagraph, hotkey })
const viewEntry = {
  params: ['view'],
  args: () => [view()],
  // State and metagraph are looked at by what they must have alone.
  free: ['view.state', 'view.metagraph.unheardOf'],
}
const weightValues = [new Map([[hotkey, -1]]), new Map([[hotkey, Number.NaN]]), new Map([[3, 1]]), { ann: 1 }]
const scoreValues = [new Map([[hotkey, Number.NaN]]), new Map([[hotkey, 'much']]), new Map([[3, 1]])]
const book = (): mechanism.ScoreBook => new mechanism.ScoreBook([[hotkey, standing]])

class Plain extends Guess {}

/** A mechanism in which one part is another. */
const withPart = (part: string, value: unknown): unknown => Object.assign(new Plain(), { [part]: value })

describeRefusals('mechanism', mechanism, {
  normalizeWeights: {
    params: ['weights'],
    args: () => [byHotkey()],
    call: mechanism.normalizeWeights,
    alsoRight: { weights: [new Map()] },
    alsoWrong: { weights: weightValues },
  },
  weightsToU16: {
    params: ['weights'],
    args: () => [byHotkey()],
    call: mechanism.weightsToU16,
    alsoRight: { weights: [new Map()] },
    alsoWrong: { weights: weightValues },
  },
  sharpen: {
    params: ['weights', 'exponent'],
    args: () => [byHotkey(), 2],
    call: mechanism.sharpen,
    alsoRight: { weights: [new Map()] },
    alsoWrong: { weights: weightValues, exponent: [0, 65, 1.5] },
  },
  topK: {
    params: ['scores', 'k'],
    args: () => [byHotkey(), 2],
    call: mechanism.topK,
    alsoRight: { scores: [new Map()] },
    alsoWrong: { scores: scoreValues, k: [1.5] },
  },
  rankDecay: {
    params: ['scores', 'decay'],
    args: () => [byHotkey(), 0.5],
    call: mechanism.rankDecay,
    alsoRight: { scores: [new Map()] },
    alsoWrong: { scores: scoreValues, decay: [1.1] },
  },
  copyWeights: { ...viewEntry, call: mechanism.copyWeights },
  taskSeed: {
    params: ['details'],
    args: () => [{ blockHash: 'ab'.repeat(32), netuid: 1, round: 7, index: 0 }],
    call: mechanism.taskSeed,
    alsoWrong: {
      'details.blockHash': ['xyz', 'abc', ''],
      'details.netuid': [65_536],
      'details.round': [0.5],
    },
  },
  assertMechanism: {
    params: ['mechanism', 'field'],
    args: () => [new Plain(), 'mechanism'],
    call: mechanism.assertMechanism,
    optional: ['field'],
    alsoWrong: {
      field: [''],
      mechanism: [{}, withPart('synapse', undefined), withPart('initialState', null)],
    },
  },
  assertSynapseOf: {
    params: ['mechanism', 'field'],
    args: () => [new Plain(), 'mechanism'],
    call: mechanism.assertSynapseOf,
    optional: ['field'],
    alsoWrong: { field: [''], mechanism: [{}, { synapse: {} }] },
  },
  isShortForm: {
    params: ['mechanism', 'field'],
    args: () => [new Plain(), 'mechanism'],
    call: mechanism.isShortForm,
    optional: ['field'],
    // What is no mechanism has no form: assertMechanism looks at the rest.
    free: ['mechanism'],
    alsoWrong: { field: [''] },
  },
  scoresOf: {
    params: ['entries', 'score'],
    args: () => [[{ hotkey }], () => 0.5],
    call: mechanism.scoresOf,
    alsoRight: { entries: [[], new Map()] },
    free: ['entries'],
  },
  ScoreMap: 'a Map as any other; scoresOf makes it',
  encodeState: {
    params: ['method', 'state'],
    args: () => ['score', { seen: 1 }],
    call: mechanism.encodeState,
    // Any value that has a canonical form is a state.
    alsoRight: { state: ['text', true, -7.5, 5n, null, {}, [], new Uint8Array(3)] },
    free: ['state.seen', 'state.unheardOf'],
  },
  IncentiveMechanism: 'abstract, and takes nothing',
  'IncentiveMechanism#play': 'is handed its round by the validator',
  ProtocolMechanism: 'abstract, and takes nothing',
  'ProtocolMechanism#forget': "gives back its first argument, which is the mechanism's own",
  'ProtocolMechanism#weights': {
    ...viewEntry,
    call: (given: never) => new Plain().weights(given),
    optional: ['view.state', 'view.metagraph', 'view.hotkey'],
  },
  MatrixScorer: {
    params: ['backend', 'options'],
    args: () => [backend, { rate: 0.5, byRank: true, copyThreshold: 0.9, keep: 3 }],
    call: (...args: [never, never]) => new mechanism.MatrixScorer(...args),
    optional: ['options.byRank', 'options.copyThreshold', 'options.keep'],
    free: ['backend.unheardOf', 'backend.normaliseColumns'],
    alsoWrong: {
      'options.rate': [0, 1.1],
      'options.copyThreshold': [2, -2],
      'options.keep': [0, 1.5],
    },
  },
  'MatrixScorer#score': {
    params: ['round'],
    args: () => [{ responses: [], state: {}, parts: 1, grade: () => [1], features: () => [1] }],
    call: async (given: never) => {
      return await new mechanism.MatrixScorer(await createBackend({ kind: 'cpu' }), { rate: 0.5 }).score(
        given,
      )
    },
    optional: ['round.features'],
    free: ['round.state.unheardOf'],
    alsoWrong: { 'round.parts': [1.5], 'round.state': [{ ann: 'much' }], 'round.responses': [[1]] },
  },
  'MatrixScorer#weights': {
    params: ['view'],
    args: () => [{ state: { ann: 1 }, standings: new Map([[hotkey, standing]]) }],
    call: (given: never) => scorer().weights(given),
    optional: ['view.state.ann'],
    alsoRight: { 'view.state': [{}], 'view.state.ann': [-7.5], 'view.standings': [new Map()] },
    // It takes the whole view of a policy, and looks at two parts of it.
    free: ['view.unheardOf', 'view.state.unheardOf'],
  },
  'MatrixScorer#forget': {
    params: ['state', 'hotkey'],
    args: () => [{ ann: 1 }, 'ann'],
    call: (state: never, gone: never) => scorer().forget(state, gone),
    optional: ['state.ann'],
    alsoRight: { state: [{}], 'state.ann': [-7.5] },
    free: ['state.unheardOf'],
    alsoWrong: { hotkey: [''] },
  },
  ScoreBook: {
    params: ['standings', 'registrations'],
    args: () => [new Map([[hotkey, standing]]), new Map([[hotkey, 1]])],
    call: (...args: [never, never]) => new mechanism.ScoreBook(...args),
    optional: ['standings', 'registrations'],
    alsoRight: { standings: [[], new Map()], registrations: [[], new Map()] },
    alsoWrong: {
      standings: [[[hotkey, { ...standing, mean: Number.NaN }]], [[hotkey, {}]]],
      registrations: [[[hotkey, -1]]],
    },
  },
  'ScoreBook#get': {
    params: ['hotkey'],
    args: () => [hotkey],
    call: (given: never) => book().get(given),
    alsoWrong: { hotkey: [''] },
  },
  'ScoreBook#entries': 'takes nothing',
  'ScoreBook#registrations': 'takes nothing',
  'ScoreBook#copy': 'takes nothing',
  'ScoreBook#record': {
    params: ['observation', 'options'],
    args: () => [
      { hotkey, answered: true, score: 0.5 },
      { block: 7, averageOver: 100 },
    ],
    call: (...args: [never, never]) => book().record(...args),
    optional: ['observation.score'],
    alsoRight: { 'observation.score': [-7.5] },
    alsoWrong: { 'options.block': [1.5], 'options.averageOver': [0] },
  },
  'ScoreBook#renew': {
    params: ['registrations'],
    args: () => [new Map([[hotkey, 1]])],
    call: (given: never) => book().renew(given),
    alsoRight: { registrations: [new Map()] },
    alsoWrong: { registrations: [new Map([[hotkey, -1]])] },
  },
  'ScoreBook#isOf': {
    params: ['hotkey', 'registeredAtBlock'],
    args: () => [hotkey, 1],
    call: (...args: [never, never]) => book().isOf(...args),
  },
  'ScoreBook#prune': {
    params: ['options'],
    args: () => [{ isRegistered: () => true, block: 50, olderThan: 7 }],
    call: (given: never) => book().prune(given),
    alsoWrong: { 'options.block': [1.5] },
  },
})
