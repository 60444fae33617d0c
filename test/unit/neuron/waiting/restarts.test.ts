import { describe, expect, test } from 'vitest'
import { encodeCanonical } from '../../../../src/codec/index.js'
import { hexOf } from '../../../../src/crypto/index.js'
import { silentLogger } from '../../../../src/log/index.js'
import { type Played, ProtocolMechanism, type Round, scoresOf } from '../../../../src/mechanism/index.js'
import { answerTo, Miner, type RoundStore, type ValidatorStore } from '../../../../src/neuron/index.js'
import { count, echo } from '../play/Rehearsal.js'
import { keyNamed, World } from '../World.js'

const NAMES = ['ann', 'bob', 'cyd']
/** Rounds begin at every tenth block. */
const ROUND_BLOCKS = 10

type Seen = { readonly rounds: { readonly [block: string]: string } }

/** Asks in three steps with two waits between them, and scores whatever it was told: answers, times, blocks and secrets. No hash of a block, which is another in each world. */
class Chained extends ProtocolMechanism<Seen> {
  override readonly waits = true
  override readonly stateVersion: number

  constructor(stateVersion = 1) {
    super()
    this.stateVersion = stateVersion
  }

  initialState(): Seen {
    return { rounds: {} }
  }

  async play(round: Round<Seen>) {
    const first = await round.askAll(echo, round.block)
    const secret = round.secret('probe').int(1_000)
    const middle = await round.wait({ blocks: 2 })
    const second = await round.each(async (miner) => {
      const counted = await round.stream(miner, count, 1 + ((miner.uid + middle.round) % 3))
      return { counted: counted.parts.map(({ chunk }) => chunk) }
    })
    const last = await round.wait({ untilBlock: round.block + 5 })
    const third = await round.askAll(echo, ({ uid }) => uid + last.round)
    return { told: { first, secret, middle: middle.round, second, last: last.round, third } }
  }

  score({ told, block, state }: Played<Chained>) {
    const sums = new Map<string, number>()
    for (const { hotkey, answer } of [...told.first, ...told.third])
      sums.set(hotkey, (sums.get(hotkey) ?? 0) + (answer ?? 0))
    const said = hexOf(encodeCanonical(JSON.parse(JSON.stringify(told))))
    const scores = scoresOf(
      told.second,
      ({ hotkey, result }) => (sums.get(hotkey) ?? 0) + (result?.counted.length ?? 0),
    )
    return { scores, state: { rounds: { ...state.rounds, [String(block)]: said } } }
  }
}

/** Stores that can be copied at any instant, as a machine that loses its power leaves its disk. */
class Disk {
  memory: Uint8Array | null = null
  rounds = new Map<string, Uint8Array>()
  /** Nothing can be deleted. */
  isReadOnly = false

  copy(): Disk {
    const copy = new Disk()
    copy.memory = this.memory
    copy.rounds = new Map(this.rounds)
    return copy
  }

  get store(): ValidatorStore {
    return {
      load: async () => this.memory,
      save: async (bytes) => {
        this.memory = bytes
      },
    }
  }

  get roundStore(): RoundStore {
    return {
      put: async (name, bytes) => void this.rounds.set(name, bytes),
      get: async (name) => this.rounds.get(name) ?? null,
      delete: async (name) => {
        if (this.isReadOnly) throw new Error('read-only')
        this.rounds.delete(name)
      },
      list: async () => [...this.rounds.keys()],
    }
  }
}

/** Plays the rounds of two blocks, and kills the validator as a miner is asked for the n-th time. */
async function playedWithKill(
  killAt: number,
  {
    mechanismAfter = new Chained(),
    disk = new Disk(),
    until: end = 4 * ROUND_BLOCKS - 1,
  }: { mechanismAfter?: Chained; disk?: Disk; until?: number } = {},
) {
  const world = await World.start()
  await world.join('judge', 10_000n)
  let asked = 0
  let kill = (): void => {}
  const counted = <Args extends readonly unknown[], T>(answer: (...args: Args) => T) => {
    return (...args: Args): T => {
      if (++asked === killAt) kill()
      return answer(...args)
    }
  }
  for (const name of NAMES) {
    await world.join(name)
    const miner = new Miner({
      chain: world.chain,
      signer: keyNamed(name),
      netuid: world.netuid,
      carrier: world.carrier,
      clock: world.clock,
      logger: silentLogger,
      answers: [
        answerTo(
          echo,
          counted((n: number) => n),
        ),
        answerTo(
          count,
          counted(async function* (n: number) {
            for (let at = 0; at < n; at++) yield at
          }),
        ),
      ],
    })
    await world.run(miner.start())
  }
  const start = (mechanism: Chained, from: Disk) => {
    const { store, roundStore } = from
    // The same key on every run, as a store that is lost would not keep it.
    const randomBytes = (length: number): Uint8Array => new Uint8Array(length).fill(7)
    const options = { store, roundStore, roundBlocks: ROUND_BLOCKS, randomBytes }
    return world.makeValidator('judge', mechanism as never, options as never)
  }
  const first = start(new Chained(), disk)
  let left: Disk | undefined
  const killed = new Promise<void>((resolve) => {
    kill = () => {
      left = disk.copy()
      resolve()
    }
  })
  await world.run(first.validator.start())
  if (killAt === 0) {
    await world.untilBlock(end)
    const asks = asked
    await world.run(first.validator.stop())
    const again = () => start(mechanismAfter, disk)
    return { world, runs: [first], state: first.validator.state as never as Seen, asks, disk, again }
  }
  await world.run(killed)
  await world.run(first.validator.stop())
  const second = start(mechanismAfter, left ?? disk)
  await world.run(second.validator.start())
  await world.untilBlock(end)
  await world.run(second.validator.stop())
  const again = () => start(mechanismAfter, left ?? disk)
  return { world, runs: [second], state: second.validator.state as never as Seen, asks: asked, disk, again }
}

describe('a validator that is killed while its rounds wait', () => {
  test('goes on from where each waited, to equal scores, at whatever ask it was killed', async () => {
    const whole = await playedWithKill(0)
    const blocks = Object.keys(whole.state.rounds)
    expect(blocks).toEqual(['20', '30'])
    // Two rounds of three steps, each of which asks each of three miners once.
    expect(whole.asks).toBe(18)
    for (let at = 1; at <= whole.asks; at++) {
      const { state, runs } = await playedWithKill(at)
      const failed = runs.flatMap(({ eventsOf }) => eventsOf('roundFailed'))
      expect(failed, `killed at ask ${at}`).toEqual([])
      // A round that has not waited yet is lost; every other comes to the same.
      const lost = at <= 3 ? '20' : at > 9 && at <= 12 ? '30' : ''
      const kept = Object.entries(whole.state.rounds).filter(([block]) => block !== lost)
      expect(state.rounds, `killed at ask ${at}`).toEqual(Object.fromEntries(kept))
    }
  }, 120_000)

  test('discards rounds of another stateVersion, and tells', async () => {
    const { runs, state } = await playedWithKill(4, { mechanismAfter: new Chained(2) })
    const [discarded] = runs[0]?.eventsOf('waitingDiscarded') ?? []
    expect(discarded?.why).toBe('it is of stateVersion 1, and the mechanism of 2')
    expect(Object.keys(state.rounds)).toEqual(['30'])
  })

  test('leaves nothing in its store once all is booked', async () => {
    const { disk } = await playedWithKill(0)
    expect([...disk.rounds.keys()]).toEqual([])
  })

  test('books no round twice whose record could not be deleted', async () => {
    const disk = new Disk()
    disk.isReadOnly = true
    const first = await playedWithKill(0, { disk, until: 26 })
    expect(Object.keys(first.state.rounds)).toEqual(['20'])
    expect(first.runs[0]?.eventsOf('waitingNotDropped').map(({ name }) => name)).toEqual(['000000000020'])
    expect(disk.rounds.size).toBe(1)
    disk.isReadOnly = false
    const { validator, eventsOf } = first.again()
    await first.world.run(validator.start())
    expect(disk.rounds.size).toBe(0)
    await first.world.untilBlock(29)
    await first.world.run(validator.stop())
    expect(eventsOf('roundScored')).toEqual([])
    expect(validator.state).toEqual(first.state)
  })
})
