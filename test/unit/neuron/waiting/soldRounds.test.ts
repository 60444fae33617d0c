import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { silentLogger } from '../../../../src/log/index.js'
import {
  IncentiveMechanism,
  type Played,
  ProtocolMechanism,
  type Round,
  type ScoreRound,
  type SoldSynapse,
  scoresOf,
  type TaskSeed,
} from '../../../../src/mechanism/index.js'
import { LocalNetwork, type NetworkEvent } from '../../../../src/network/index.js'
import { answerTo } from '../../../../src/neuron/index.js'
import { defineSynapse } from '../../../../src/synapse/index.js'
import { doorOf, rent } from '../customers/Shop.js'
import { keyNamed } from '../World.js'

type Rented = readonly number[]

/** Waits for two blocks, twice, and asks what customers asked before the first wait, between both or after. */
class Patient extends ProtocolMechanism<Rented> {
  override readonly waits = true
  override readonly sells: readonly SoldSynapse[] = [{ synapse: rent, keep: 'all' }]
  readonly #takesAt: number

  constructor(takesAt: number) {
    super()
    this.#takesAt = takesAt
  }

  initialState(): Rented {
    return []
  }

  async play(round: Round<Rented>) {
    const sold = []
    const probes = await round.askAll(rent, 0)
    for (const at of [0, 1, 2]) {
      if (at > 0) await round.wait({ blocks: 2 })
      if (at === this.#takesAt) sold.push(...round.sold(rent))
    }
    return { probes, sold }
  }

  score({ probes, sold, state }: Played<Patient>) {
    return { scores: scoresOf(probes, () => 1), state: [...state, ...sold.map(({ request }) => request)] }
  }
}

/** The short form, whose task is drawn once a later block is there. */
class Later extends IncentiveMechanism<number, number> {
  readonly synapse = defineSynapse({ name: 'later', request: z.number(), answer: z.number() })
  override readonly waits = true
  override readonly sells: readonly SoldSynapse[] = [{ synapse: this.synapse, keep: 'all' }]
  readonly asked: number[] = []

  initialState() {
    return null
  }

  override async createTask(_: TaskSeed, round: Round<null>) {
    const { random } = await round.wait({ blocks: 2 })
    return random.int(1_000)
  }

  score({ task, responses, state }: ScoreRound<number, number>) {
    this.asked.push(task)
    return { scores: scoresOf(responses, ({ answer }) => Number(answer === task)), state }
  }
}

let network: { stop(): Promise<void> } | undefined
afterEach(() => network?.stop())

describe('what customers asked is given once to rounds that wait, none lost', () => {
  test.each([
    ['before the first wait', 0],
    ['between two', 1],
    ['after the last', 2],
  ])('that ask for it %s', async (_, takesAt) => {
    const events: NetworkEvent[] = []
    const local = await LocalNetwork.start<never, never, Rented>({
      mechanism: new Patient(takesAt),
      miners: [{ name: 'ann', answers: [answerTo(rent, (lease) => ({ lease }))] }],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
      onEvent: (event) => events.push(event),
    })
    network = local
    const carl = local.dendrite(keyNamed('carl'))
    const asked: number[] = []
    for (let epoch = 0; epoch < 3; epoch++) {
      for (let call = 0; call < 2; call++) {
        const hours = asked.length + 1
        asked.push(hours)
        expect(await local.run(carl.call(rent, doorOf(local, 'vera'), hours))).toMatchObject({ status: 'ok' })
      }
      for await (const _ of local.epochs({ count: 1 }));
    }
    for await (const _ of local.epochs({ count: 1 }));
    expect(events.filter(({ type }) => type === 'roundFailed')).toEqual([])
    expect([...local.validator('vera').state].sort((a, b) => a - b)).toEqual(asked)
  })

  test('in the short form too', async () => {
    const mechanism = new Later()
    const local = await LocalNetwork.start({
      mechanism,
      miners: [{ name: 'ann', answer: (task: number) => task }],
      validators: [{ name: 'vera', customers: {} }],
      logger: silentLogger,
    })
    network = local
    const carl = local.dendrite(keyNamed('carl'))
    const own = [1_001, 1_002, 1_003]
    for (const request of own) {
      await local.run(carl.call(mechanism.synapse, doorOf(local, 'vera'), request))
      for await (const _ of local.epochs({ count: 1 }));
    }
    for await (const _ of local.epochs({ count: 1 }));
    expect(mechanism.asked.filter((task) => own.includes(task))).toEqual(own)
  })
})
