import { describe, expect, test } from 'vitest'
import {
  assertMechanism,
  assertSynapseOf,
  encodeState,
  MechanismError,
} from '../../../src/mechanism/index.js'
import { Guess } from '../neuron/Guess.js'

/** A mechanism in which one part is another, as plain JavaScript would hand it over. */
const guessWith = (part: string, value: unknown): unknown => Object.assign(new Guess(), { [part]: value })

describe('assertMechanism', () => {
  test('takes a mechanism, also one that is no subclass', () => {
    assertMechanism(new Guess())
    const { synapse, tasksPerRound, answerTimeoutMs, stateVersion, averageOver, failuresTolerated } =
      new Guess()
    const settings = { synapse, tasksPerRound, answerTimeoutMs, stateVersion, averageOver, failuresTolerated }
    const methods = { createTask: () => 1, score: () => 1, forget: () => 1, weights: () => 1 }
    assertMechanism({ ...settings, ...methods, initialState: () => null })
  })

  test.each([
    ['synapse', undefined, 'Make it with defineSynapse of subnetkit/synapse.'],
    ['synapse', 'guess', 'Make it with defineSynapse'],
    ['initialState', undefined, 'Pass a function.'],
    ['createTask', 7, 'Pass a function.'],
    ['score', undefined, 'Pass a function.'],
    ['weights', [1, 2], 'Pass a function.'],
    ['forget', null, 'Pass a function.'],
    ['tasksPerRound', 0, 'Pass a whole number from 1 to 1024.'],
    ['tasksPerRound', 1.5, 'whole number'],
    ['answerTimeoutMs', '5s', 'Pass milliseconds'],
    ['answerTimeoutMs', 0, 'Pass milliseconds from 1'],
    ['stateVersion', -1, 'whole number'],
    ['averageOver', 0, 'whole number from 1'],
    ['failuresTolerated', Number.NaN, 'whole number'],
  ])('names %s when it is %j, with what to do', (part, value, remedy) => {
    const take = () => assertMechanism(guessWith(part, value))
    expect(take).toThrow(`Invalid mechanism.${part}`)
    expect(take).toThrow(remedy)
  })

  test.each([null, undefined, 7, 'guess', Guess, () => new Guess()])('refuses %s', (value) => {
    expect(() => assertMechanism(value, 'options.mechanism')).toThrow('Invalid options.mechanism')
  })

  test.each([
    ['request', { request: 1 }],
    ['answer', { answer: {} }],
    ['name', { name: '' }],
    ['kind', { kind: 'stream' }],
  ])('names the part of the synapse that is wrong: %s', (part, change) => {
    const mechanism = guessWith('synapse', { ...new Guess().synapse, ...change })
    expect(() => assertMechanism(mechanism)).toThrow(`Invalid mechanism.synapse.${part}`)
    expect(() => assertSynapseOf(mechanism)).toThrow(`Invalid mechanism.synapse.${part}`)
  })

  test.each([
    [
      'throws',
      () => {
        throw new RangeError('none')
      },
      "The mechanism's initialState threw RangeError: none.",
    ],
    ['gives nothing', () => undefined, 'gave a state that cannot be stored: state is undefined'],
    ['gives a Map', () => new Map(), 'gave a state that cannot be stored: state is a Map'],
    ['gives a promise', async () => null, 'gave a state that cannot be stored: state is a Promise'],
  ])('refuses an initialState that %s', (_, initialState, message) => {
    const take = () => assertMechanism(guessWith('initialState', initialState))
    expect(take).toThrow(MechanismError)
    expect(take).toThrow(message)
  })
})

describe('what is no mechanism', () => {
  test.each([
    ['the class itself', Guess],
    ['a function that makes one', () => new Guess()],
    ['nothing', undefined],
  ])('(%s) is answered with what to hand in', (_, given) => {
    expect(() => assertMechanism(given)).toThrow(
      'Pass an instance of a mechanism, such as new MyMechanism().',
    )
  })

  test.each(['synapse', 'tasksPerRound'])(
    'because its %s throws is named by that part, with what was thrown',
    (part) => {
      const mechanism = Object.defineProperty(new Guess(), part, {
        get() {
          throw new RangeError('not yet')
        },
      })
      expect(() => assertMechanism(mechanism)).toThrow(
        `Invalid mechanism.${part}: undefined. Mend its getter, which threw RangeError: not yet.`,
      )
    },
  )
})

describe('encodeState', () => {
  test('names the place in a state that cannot be stored', () => {
    expect(() => encodeState('score', { a: { b: [1, Number.NaN] } })).toThrow('state.a.b[1] is NaN')
    expect(() => encodeState('score', { at: new Date(0) })).toThrow('state.at is a Date')
    expect(encodeState('score', null)).toEqual(Uint8Array.of(0xc0))
  })

  test('refuses a state that is larger than it may be', () => {
    // Text of eight bytes has one byte in front of it.
    expect(encodeState('score', 'a'.repeat(8), 9)).toHaveLength(9)
    expect(() => encodeState('score', 'a'.repeat(8), 8)).toThrow('takes 9 bytes, more than 8')
  })
})
