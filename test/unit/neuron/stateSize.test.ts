import { expect, test } from 'vitest'
import { type Played, ProtocolMechanism, type Round } from '../../../src/mechanism/index.js'
import { faultOfEvent } from '../../../src/neuron/index.js'
import { echo, failureOf, honest, played } from './play/Rehearsal.js'

/** A mechanism whose state is a text of the next length after each round; in canonical bytes one or two more. */
class Growing extends ProtocolMechanism<string> {
  override readonly roundLimits = { stateBytes: 100 }
  readonly #lengths: number[]

  constructor(lengths: readonly number[]) {
    super()
    this.#lengths = [...lengths]
  }

  initialState() {
    return ''
  }

  async play(round: Round<string>) {
    return { echoes: await round.askAll(echo, 1) }
  }

  score({ state }: Played<Growing>) {
    return { scores: new Map(), state: 'a'.repeat(this.#lengths.shift() ?? state.length) }
  }
}

test('a state that grows is told of once each time it passes 80 % of what it may be', async () => {
  const mechanism = new Growing([70, 78, 90, 20, 98])
  const { eventsOf, events } = await played(mechanism as never, { ann: honest }, { rounds: 5 })
  expect(eventsOf('stateLarge').map(({ bytes, maxBytes }) => [bytes, maxBytes])).toEqual([
    [80, 100],
    [100, 100],
  ])
  const [first] = eventsOf('stateLarge')
  expect(first === undefined ? undefined : faultOfEvent(first)?.message).toContain(
    'takes 80 of the 100 bytes',
  )
  expect(failureOf(events)).toBe('none')
})

test('a round that leaves a larger one fails, and the state before stays', async () => {
  const mechanism = new Growing([20, 99])
  const { validator, events } = await played(mechanism as never, { ann: honest }, { rounds: 2 })
  expect(failureOf(events)).toContain('takes 101 bytes, more than 100')
  expect(validator.state).toHaveLength(20)
})

test('a first state that is larger is refused before anything starts', async () => {
  class Large extends Growing {
    override initialState() {
      return 'a'.repeat(200)
    }
  }
  await expect(played(new Large([]) as never, {})).rejects.toThrow('takes 202 bytes, more than 100')
})
