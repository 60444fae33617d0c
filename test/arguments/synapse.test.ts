import * as synapse from 'subnetkit/synapse'
import { z } from 'zod'
import { describeRefusals } from './refuses.js'

const definition = { name: 'double', request: z.number(), answer: z.number(), idempotent: true }
const names = ['', 'a b', 'a/b', 'x'.repeat(65), 'ä']

describeRefusals('synapse', synapse, {
  defineSynapse: {
    params: ['definition'],
    args: () => [definition],
    call: synapse.defineSynapse,
    optional: ['definition.idempotent'],
    alsoWrong: { 'definition.name': names },
  },
  defineStream: {
    params: ['definition'],
    args: () => [{ name: 'count', request: z.number(), chunk: z.number(), resume: (n: number) => n }],
    call: synapse.defineStream,
    optional: ['definition.resume'],
    alsoWrong: { 'definition.name': names },
  },
  atMiner: {
    params: ['synapse'],
    args: () => [synapse.defineSynapse(definition)],
    call: synapse.atMiner,
    optional: ['synapse.idempotent'],
    // Its own name, and the suffix, must be a name.
    alsoWrong: { 'synapse.name': ['x'.repeat(59)] },
  },
  assertSynapse: {
    params: ['field', 'value', 'kind'],
    args: () => ['value', synapse.defineSynapse(definition), 'unary'],
    call: synapse.assertSynapse,
    optional: ['kind', 'value.idempotent'],
    alsoWrong: { field: [''], kind: ['other'], 'value.kind': ['stream', 'other'] },
  },
  validated: {
    params: ['schema', 'value', 'checked'],
    args: () => [z.number(), 1, { synapse: 'double', part: 'request' }],
    call: synapse.validated,
    free: ['value', 'checked.unheardOf'],
    alsoWrong: { 'checked.part': ['other'] },
  },
  packValue: {
    params: ['value'],
    args: () => [{ a: 1 }],
    call: synapse.packValue,
    free: ['value.a', 'value.unheardOf'],
    alsoRight: { value: ['text', true, -7.5, Number.NaN, 5n, null, [], {}, new Date(0), new Uint8Array(3)] },
    optional: ['value'],
  },
  unpackValue: {
    params: ['bytes'],
    args: () => [Uint8Array.of(1)],
    call: synapse.unpackValue,
    alsoRight: {},
    alsoWrong: { bytes: [Uint8Array.of(0xc1)] },
  },
  CallObservers: 'axons and dendrites make one each, and hand it a function of their own',
  'CallObservers#add': {
    params: ['observer'],
    args: () => [{ begins: () => ({ ended: () => {} }) }],
    call: (observer: { begins: () => { ended: () => void } }) =>
      new synapse.CallObservers(() => {}).add(observer),
    free: ['observer.unheardOf'],
  },
  'CallObservers#begin': 'axons and dendrites tell of every call; what is in it has been checked',
  encodeCallerMessage:
    'axons and dendrites make every message themselves, several a call; only the body is from outside',
  encodeServerMessage: 'as encodeCallerMessage',
  lendCallerMessage: 'as encodeCallerMessage',
  lendServerMessage: 'as encodeCallerMessage',
  decodeCallerMessage: 'takes the bytes that a session brings and refuses all that are no message',
  decodeServerMessage: 'as decodeCallerMessage',
  isRequestId: 'takes anything: what is no name is false',
  isTraceparent: 'as isRequestId',
  statusOfWire: 'takes anything: what is no status is undefined',
})
