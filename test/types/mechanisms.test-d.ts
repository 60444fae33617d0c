/*
 * What the types of mechanisms say, and what they refuse. Compiled with the other tests, never run: a line that ought to be refused and is not fails the
 * compiler.
 */
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import {
  IncentiveMechanism,
  type Played,
  ProtocolMechanism,
  type Reply,
  type Round,
  type ScoreRound,
  type ScriptRun,
  type StreamReply,
  scoresOf,
  type TaskSeed,
} from '../../src/mechanism/index.js'
import { furtherMechanism, LocalNetwork } from '../../src/network/index.js'
import { answerTo } from '../../src/neuron/index.js'
import { defineStream, defineSynapse } from '../../src/synapse/index.js'
import { given, replied, roundOf, testNetwork } from '../../src/testing/index.js'

interface Price {
  readonly price: number
}
const bid = defineSynapse({
  name: 'bid',
  request: z.object({ item: z.number() }),
  answer: z.object({ price: z.number() }),
})
const words = defineStream({ name: 'words', request: z.string(), chunk: z.string() })

/** No reply is annotated: each has the type of the synapse that was asked. */
export class Market extends ProtocolMechanism<{ readonly rounds: number }> {
  initialState() {
    return { rounds: 0 }
  }

  async play(round: Round<{ readonly rounds: number }>) {
    const bids = await round.askAll(bid, { item: 7 })
    expectTypeOf(bids).toEqualTypeOf<readonly Reply<{ price: number }>[]>()
    const prices = await round.askAll(bid, ({ uid }) => (uid > 1 ? { item: uid } : undefined), {
      keep: ({ price }) => price,
    })
    expectTypeOf(prices).toEqualTypeOf<readonly Reply<number>[]>()
    const said = await round.each((miner) =>
      round.stream(miner, words, 'go', { until: (word) => word === '.' }),
    )
    expectTypeOf(said).toEqualTypeOf<readonly ScriptRun<StreamReply<string>>[]>()
    expectTypeOf(await round.record('sum', () => ({ sum: 1 }))).toEqualTypeOf<{ sum: number }>()
    const [order] = round.sold(bid)
    expectTypeOf(order?.request).toEqualTypeOf<{ item: number } | undefined>()
    expectTypeOf(order?.reply).toEqualTypeOf<Reply<{ price: number }> | undefined>()
    expectTypeOf(round.sold(words)[0]?.reply).toEqualTypeOf<StreamReply<string> | undefined>()
    // @ts-expect-error no synapse
    round.sold('bid')
    // @ts-expect-error a request of another form
    await round.askAll(bid, { item: 'seven' })
    // @ts-expect-error a request of another form, for one miner
    await round.askAll(bid, () => ({ thing: 7 }))
    // @ts-expect-error a request of another form, of one ask
    await round.ask(round.miners[0]!, bid, 7)
    // @ts-expect-error a stream is read by stream
    await round.askAll(words, 'go')
    // @ts-expect-error the state is there to be read
    round.state.rounds = 7
    // @ts-expect-error what cannot be recorded
    await round.record('now', () => new Date(0))
    return { bids, prices, said }
  }

  score({ bids, prices, said, seed, block, state }: Played<Market>) {
    expectTypeOf(bids).toEqualTypeOf<readonly Reply<{ price: number }>[]>()
    expectTypeOf(seed.index).toBeNumber()
    expectTypeOf(block).toBeNumber()
    // @ts-expect-error an answer may be missing
    bids.map(({ answer }) => answer.price)
    // @ts-expect-error a script may have failed
    said.map(({ result }) => result.parts)
    return { scores: scoresOf(prices, ({ answer }) => answer), state: { rounds: state.rounds + 1 } }
  }
}

export class Overwriting extends ProtocolMechanism {
  initialState() {
    return null
  }

  // @ts-expect-error score is given a state by that name
  async play() {
    return { state: 1 }
  }

  score() {
    return { scores: new Map(), state: null }
  }
}

/** The short form, as ever, with one parameter or two. */
export class Short extends IncentiveMechanism<{ item: number }, Price> {
  readonly synapse = bid

  initialState() {
    return null
  }

  createTask(seed: TaskSeed) {
    return { item: seed.index }
  }

  score({ responses, state }: ScoreRound<{ item: number }, Price>) {
    return { scores: scoresOf(responses, ({ answer }) => answer?.price), state }
  }
}

/** What is sold is of any synapse, and kept in one of two ways. */
export class Selling extends Short {
  override readonly sells = [
    { synapse: bid, keep: 'all' as const },
    { synapse: words, keep: 'onePerMiner' as const, timeoutMs: 4_000 },
  ]
}

export class SellingOtherwise extends Short {
  // @ts-expect-error another way to keep
  override readonly sells = [{ synapse: bid, keep: 'some' as const }]
}

export class Longer extends Short {
  override async play(round: Round<null>) {
    const played = await super.play(round)
    return { ...played, second: await round.askAll(this.synapse, { item: 8 }) }
  }

  override score({ responses, second, state }: Played<Longer>) {
    return { scores: scoresOf([...responses, ...second], ({ answer }) => answer?.price), state }
  }
}

export async function networks(): Promise<void> {
  const answers = [answerTo(bid, ({ item }) => ({ price: item }))]
  const network = await LocalNetwork.start({
    mechanism: new Market(),
    miners: [{ name: 'a', answers }],
    validators: 1,
  })
  expectTypeOf(network.validator('validator-1').state).toEqualTypeOf<{ readonly rounds: number }>()
  await testNetwork({ mechanism: new Market(), miners: [{ name: 'a', answers }], validators: 1, epochs: 1 })
  furtherMechanism({ mechanism: new Market() })
  await testNetwork({
    mechanism: new Longer(),
    miners: [{ name: 'a', answer: ({ item }) => ({ price: item }) }],
    validators: 1,
    epochs: 1,
  })
  await LocalNetwork.start({
    mechanism: new Short(),
    // @ts-expect-error an answer of another form
    miners: [{ name: 'a', answer: () => ({ cost: 1 }) }],
    validators: 1,
  })
}

// A round for tests is a round of the state that it is given, and what stands for the outside has the types of what it stands for.
expectTypeOf(roundOf()).toExtend<Round<null>>()
expectTypeOf(roundOf({ state: { rounds: 3 } })).toExtend<Round<{ readonly rounds: number }>>()
export const played = new Market().play(
  roundOf({
    state: { rounds: 0 },
    outside: [
      given(bid, ({ item }, { uid }) => (uid === 0 ? { price: item } : replied({ status: 'timeout' }))),
      given(words, (text) => [{ chunk: text, afterMs: 5 }]),
    ],
  }),
)
// @ts-expect-error a round of another state
export const other = new Market().play(roundOf())
// @ts-expect-error an answer of another form
given(bid, () => ({ cost: 7 }))
// @ts-expect-error a chunk of another form
given(words, () => [{ chunk: 7 }])
// @ts-expect-error an answer for which there is no status
replied({ status: 'timeout', answer: 7 })
