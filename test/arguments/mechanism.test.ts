import { readFileSync } from 'node:fs'
import { createBackend } from 'subnetkit/compute'
import { sha256Hex } from 'subnetkit/crypto'
import * as mechanism from 'subnetkit/mechanism'
import type { Metagraph } from 'subnetkit/metagraph'
import type { Hotkey } from 'subnetkit/units'
import { z } from 'zod'
import { anyRecord } from '../unit/mechanism/record/anyRecord.js'
import { Guess } from '../unit/neuron/Guess.js'
import { describeRefusals } from './refuses.js'

const licence = sha256Hex(readFileSync(new URL('../../LICENSE', import.meta.url)))

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

/** What takes the record of a round. */
const recordEntry = (call: (record: mechanism.RoundRecord) => unknown) => ({
  params: ['record'],
  args: () => [anyRecord({ entries: anyRecord().entries.slice(1, 2), scoredState: new Uint8Array(1) })],
  call: call as (...args: never[]) => unknown,
  optional: ['scoredState', 'outcome.report', 'sold[0].report', 'entries[0].hotkey', 'entries[0].asked'].map(
    (part) => `record.${part}`,
  ),
  free: ['record.outcome.report', 'record.state', 'record.scoredState', 'record.entries[0].answer.bytes'],
  alsoRight: {
    'record.miners': [[]],
    'record.rules.datasets': [[]],
    'record.entries': [[]],
    'record.sold': [[]],
    'record.sold[0].scores': [new Map()],
    'record.sold[0].refused': [new Map()],
    'record.outcome.scores': [new Map()],
    'record.outcome.refused': [new Map()],
    'record.entries[0].name': ['text'],
  },
})

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
    params: ['scores', 'decay', 'options'],
    args: () => [byHotkey(), 0.5, { above: 1 }],
    call: mechanism.rankDecay,
    optional: ['decay', 'options', 'options.above'],
    alsoRight: { scores: [new Map()], options: [{}], 'options.above': [-7.5] },
    alsoWrong: { scores: scoreValues, decay: [1.1] },
  },
  rankRamp: {
    params: ['scores', 'tiers', 'options'],
    args: () => [byHotkey(), [{ places: 1, share: 1, ramp: 2 }], { above: 1 }],
    call: mechanism.rankRamp,
    optional: ['tiers', 'options', 'options.above'],
    alsoRight: { scores: [new Map()], options: [{}], 'options.above': [-7.5] },
    alsoWrong: {
      scores: scoreValues,
      tiers: [[], [{ places: 1, share: 1 }]],
      'tiers[0].places': [0, 65_537],
      'tiers[0].share': [1.1],
      'tiers[0].ramp': [0.5, undefined],
    },
  },
  softmaxOfLoss: {
    params: ['losses', 'beta'],
    args: () => [byHotkey(), 0.1],
    call: mechanism.softmaxOfLoss,
    optional: ['beta'],
    alsoRight: { losses: [new Map()] },
    alsoWrong: { losses: scoreValues },
  },
  badForMissing: {
    params: ['losses', 'asked', 'options'],
    args: () => [byHotkey(), [hotkey], { percentile: 0.9 }],
    call: mechanism.badForMissing,
    optional: ['options', 'options.percentile'],
    alsoRight: { losses: [new Map()], asked: [[]], 'asked[0]': ['text'], options: [{}] },
    alsoWrong: {
      losses: [new Map([[hotkey, 'much']]), new Map([[3, 1]])],
      asked: [[3]],
      'options.percentile': [0, 1.1],
    },
  },
  bestOfOwner: {
    params: ['scores', 'ownerOf'],
    args: () => [byHotkey(), () => undefined],
    call: mechanism.bestOfOwner,
    alsoRight: { scores: [new Map()] },
    alsoWrong: { scores: weightValues, ownerOf: [() => 7] },
  },
  ownersIn: {
    params: ['metagraph'],
    args: () => [{ uidOf: () => undefined, row: () => undefined }],
    call: mechanism.ownersIn,
    free: ['metagraph.unheardOf'],
  },
  burnSlotIn: {
    params: ['metagraph'],
    args: () => [{ columns: { ownerUid: null }, row: () => undefined }],
    call: mechanism.burnSlotIn,
    free: ['metagraph.unheardOf', 'metagraph.columns'],
  },
  burnUnearned: {
    params: ['weights', 'options'],
    args: () => [byHotkey(), { to: hotkey, earned: 0.8 }],
    call: mechanism.burnUnearned,
    alsoRight: { weights: [new Map()], 'options.to': ['text', null] },
    alsoWrong: { weights: weightValues, 'options.to': [''], 'options.earned': [1.1] },
  },
  nextChampion: {
    params: ['scores', 'options'],
    args: () => [byHotkey(), { champion: hotkey, margin: 0.1, above: 0, since: new Map([[hotkey, 7]]) }],
    call: mechanism.nextChampion,
    optional: ['options.margin', 'options.above', 'options.since'],
    alsoRight: {
      scores: [new Map()],
      'options.champion': ['text', null],
      'options.margin': [() => 0],
      'options.above': [-7.5],
      'options.since': [new Map()],
    },
    alsoWrong: { scores: scoreValues, 'options.margin': [-1], 'options.since': [new Map([[hotkey, 0.5]])] },
  },
  winnerTakesAll: {
    params: ['champion'],
    args: () => [hotkey],
    call: mechanism.winnerTakesAll,
    alsoRight: { champion: ['text', null] },
    alsoWrong: { champion: [''] },
  },
  noiseMargin: {
    params: ['options'],
    args: () => [{ rate: 0.5, count: 100, z: 1.5, least: 0.02, most: 0.1 }],
    call: mechanism.noiseMargin,
    optional: ['options.z', 'options.least', 'options.most'],
    alsoWrong: { 'options.rate': [1.1], 'options.count': [0.5], 'options.least': [0.2] },
  },
  reignMargin: {
    params: ['wins', 'options'],
    args: () => [3, { most: 0.1, least: 0.03, decay: 0.8 }],
    call: mechanism.reignMargin,
    optional: ['options', 'options.most', 'options.least', 'options.decay'],
    alsoRight: { options: [{}] },
    alsoWrong: { wins: [0.5], 'options.least': [0.2], 'options.decay': [1.1] },
  },
  dominates: {
    params: ['options'],
    args: () => [{ challenger: [0.5, 0.6], champion: [0.5, 0.5], margin: 0.03, tolerance: 0.02, wins: 1 }],
    call: mechanism.dominates,
    optional: ['options.margin', 'options.tolerance', 'options.wins'],
    alsoRight: {
      'options.challenger[0]': [-7.5],
      'options.champion[0]': [-7.5],
      'options.challenger[1]': [-7.5],
      'options.champion[1]': [-7.5],
    },
    alsoWrong: {
      'options.challenger': [[], [1], [1, Number.NaN]],
      'options.margin': [[], [0.1], -1],
      'options.wins': [0, 3],
      'options.tolerance': [1.1],
    },
  },
  nextCredibility: {
    params: ['before', 'passed', 'options'],
    args: () => [{ [hotkey]: 0.5 }, byHotkey(), { rate: 0.15 }],
    call: mechanism.nextCredibility,
    optional: ['options', 'options.rate', 'before.ann'],
    alsoRight: { before: [{}], passed: [new Map()], options: [{}] },
    alsoWrong: {
      before: [{ ann: 1.1 }],
      passed: [new Map([[hotkey, -1]]), new Map([[3, 1]]), { ann: 1 }, new Map([[hotkey, 1.1]])],
      'options.rate': [0, 1.1],
    },
    // Any hotkey may have a credibility.
    free: ['before.unheardOf'],
  },
  withCredibility: {
    params: ['scores', 'credibility', 'options'],
    args: () => [byHotkey(), { [hotkey]: 0.5 }, { power: 2.5 }],
    call: mechanism.withCredibility,
    optional: ['options', 'options.power', 'credibility.ann'],
    alsoRight: { scores: [new Map()], credibility: [{}], options: [{}] },
    alsoWrong: {
      scores: [new Map([[hotkey, -1]]), new Map([[3, 1]]), { ann: 1 }],
      credibility: [{ ann: 1.1 }],
    },
    free: ['credibility.unheardOf'],
  },
  wilsonLowerBound: {
    params: ['successes', 'count', 'z'],
    args: () => [3, 4, 1.96],
    call: mechanism.wilsonLowerBound,
    optional: ['z'],
    alsoWrong: { successes: [0.5, 5], count: [0.5] },
  },
  fadingPay: {
    params: ['improvements', 'options'],
    args: () => [[{ hotkey, units: 1, block: 0 }], { atBlock: 7_200, halfLifeBlocks: 7_200 }],
    call: mechanism.fadingPay,
    optional: ['options.halfLifeBlocks'],
    alsoRight: { improvements: [[]], 'improvements[0].hotkey': ['text'] },
    alsoWrong: {
      'improvements[0].hotkey': [''],
      'improvements[0].units': [-1],
      'improvements[0].block': [0.5, 7_201],
      'options.atBlock': [0.5],
      'options.halfLifeBlocks': [0],
    },
  },
  improvementUnits: {
    params: ['options'],
    args: () => [
      { score: 2, leadScore: 1, leastGain: 0.03, cost: 1, leadCost: 2, leastSaving: 0.2, waited: 0 },
    ],
    call: mechanism.improvementUnits,
    optional: ['options.leastGain', 'options.leastSaving', 'options.waited'],
    alsoWrong: { 'options.leadScore': [0], 'options.cost': [undefined], 'options.leastSaving': [1] },
  },
  copyWeights: { ...viewEntry, call: mechanism.copyWeights },
  loadDataset: {
    params: ['url', 'options'],
    args: () => [
      new URL('../../LICENSE', import.meta.url),
      {
        sha256: licence,
        schema: z.string(),
        as: 'text',
        name: 'licence',
        version: '2.0',
        maxBytes: 100_000,
        fetch,
      },
    ],
    call: mechanism.loadDataset as (...args: never[]) => unknown,
    optional: ['as', 'name', 'version', 'maxBytes', 'fetch'].map((key) => `options.${key}`),
    free: ['url.unheardOf'],
    alsoWrong: {
      url: ['', 'LICENSE', 'http://data.example/a.json'],
      'options.sha256': ['', 'xyz', 'ab'],
      'options.as': ['csv'],
      'options.name': ['', 'a'.repeat(65)],
      'options.version': [''],
      'options.maxBytes': [0, 1.5],
    },
  },
  taskSeed: {
    params: ['details'],
    args: () => [{ blockHash: 'ab'.repeat(32), netuid: 1, round: 7, index: 0, mechanismId: 1 }],
    call: mechanism.taskSeed,
    optional: ['details.mechanismId'],
    alsoWrong: {
      'details.mechanismId': [65_536],
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
  metered: {
    params: ['fn', 'options'],
    args: () => [(text: string) => text, { units: 9, of: (said: string) => said.length }],
    call: mechanism.metered as (...args: never[]) => unknown,
    alsoWrong: { 'options.units': [0, -1, 1.5] },
  },
  meterOf: 'reads what metered made, of any function',
  ScoreMap: 'a Map as any other; scoresOf makes it',
  encodeState: {
    params: ['method', 'state', 'stateBytes'],
    args: () => ['score', { seen: 1 }, 1_000],
    call: mechanism.encodeState,
    optional: ['stateBytes'],
    alsoWrong: { stateBytes: [0, 1.5] },
    // Any value that has a canonical form is a state.
    alsoRight: { state: ['text', true, -7.5, 5n, null, {}, [], new Uint8Array(3)] },
    free: ['state.seen', 'state.unheardOf'],
  },
  encodeRound: recordEntry(mechanism.encodeRound),
  withoutSecrets: recordEntry(mechanism.withoutSecrets),
  roundLimitsOf: 'takes a mechanism that assertMechanism let through',
  checkRecord: recordEntry(mechanism.checkRecord),
  decodeRound: {
    params: ['record'],
    args: () => [mechanism.encodeRound(anyRecord())],
    call: mechanism.decodeRound,
    alsoWrong: { record: [new Uint8Array(3)] },
  },
  wordsOfQuestion: 'takes what an entry of a record is',
  recordedError: 'takes anything that was thrown',
  errorAgain: 'takes what recordedError gave',
  writtenError: 'takes what recordedError gave',
  readError: 'gives undefined for what is no recorded error',
  IncentiveMechanism: 'abstract, and takes nothing',
  'IncentiveMechanism#play': 'is handed its round by the validator',
  ProtocolMechanism: 'abstract, and takes nothing',
  'ProtocolMechanism#pins': "is given the mechanism's own state",
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
