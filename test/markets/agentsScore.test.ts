import { describe, expect, test } from 'vitest'
import { type Board, emptyBoard, waitingIn } from '../../examples/agents/board.js'
import type { Verdict } from '../../examples/agents/judge.js'
import { Agents, type Defence, HALF_LIFE_BLOCKS } from '../../examples/agents/mechanism.js'
import type { Sale, Trial } from '../../examples/agents/trial.js'
import type { Turn } from '../../examples/agents/turn.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import { type Reply, taskSeed, type WeightView } from '../../src/mechanism/index.js'
import { asHotkey, type Hotkey } from '../../src/units/index.js'

const seed = taskSeed({ blockHash: 'ab'.repeat(32), netuid: 1, round: 1, index: 0 })
const [alice, bob, owner] = ['//Alice', '//Bob', '//Charlie'].map((uri) =>
  asHotkey(keyPairFromUri(uri).address),
) as [Hotkey, Hotkey, Hotkey]
const PATCH = 'function f ( list , k ) { return 0 }'
/** Enough of them to belong to somebody; those of the one are none of the other's. */
const [pieces, others] = [0, 100].map((first) => Array.from({ length: 50 }, (_, nth) => first + nth)) as [
  number[],
  number[],
]

const trial = (verdict: Verdict, tokens = 0): Trial => ({
  ran: { status: 'ok', value: PATCH, steps: 1, used: { infer: tokens } },
  verdict,
})
/** Twelve problems, so many of them solved. */
const trials = (right: number, tokens = 0): Trial[] =>
  Array.from({ length: 12 }, (_, nth) => trial(nth < right ? 'right' : 'wrong', tokens))

const reply = (source: string | null, tokens: number): Reply<{ source: string | null; tokens: number }> =>
  ({ status: 'ok', answer: { source, tokens }, sentAtMs: 0, elapsedMs: 1 }) as never

const silence = { status: 'timeout', sentAtMs: 0, elapsedMs: 5_000 } as never

function turn(hotkey: Hotkey, tried: Trial[] | undefined, more: Partial<Turn> = {}): Turn {
  const agent = { hotkey, uid: 1, kind: 'agent', digest: `agent of ${hotkey}`, bytes: 100, block: 7 }
  const [first] = tried ?? []
  const sale = first && { hotkey, ran: first.ran, reply: reply(PATCH, first.ran.used.infer ?? 0) }
  return {
    agent,
    hotkey,
    committedAt: 7,
    prints: hotkey === alice ? pieces : others,
    trials: tried,
    sale,
    ...more,
  }
}

interface Given {
  readonly held?: Trial[]
  readonly sales?: Sale[]
  readonly listed?: Hotkey[]
  readonly block?: number
  readonly without?: readonly Defence[]
}

const judge = (
  state: Board,
  turns: Turn[],
  { held = [], sales = [], listed = [alice, bob], block = 40, without = [] }: Given = {},
) => new Agents({ without }).score({ turns, listed, held, sales, seed, block, state })

/** Alice leads with half of the problems solved, for 100 tokens each. */
const led = judge(emptyBoard, [turn(alice, trials(6, 100))], { block: 20 }).state

describe('a turn', () => {
  test('makes a leader of who solves more than three in ten, and is worth what it is better', () => {
    expect(judge(emptyBoard, [turn(bob, trials(3))]).state).toMatchObject({ leader: null, improvements: [] })
    expect(led).toMatchObject({ leader: alice, record: 0.5, tokens: 100, served: { [alice]: 1 } })
    // ln(0.5 / 0.3) / ln(1.1): steps of a tenth from 0.3 to 0.5.
    expect(led.improvements).toEqual([{ hotkey: alice, units: expect.closeTo(5.36, 2), block: 20 }])
  })

  test('has to be better than the leader by more than luck explains', () => {
    // 1.5 standard errors of 0.5 with twelve problems are more than a tenth, which is the most that is asked for: eight of twelve.
    const held = trials(6, 100)
    expect(judge(led, [turn(bob, trials(7, 100))], { held }).state.leader).toBe(alice)
    const { state, scores } = judge(led, [turn(bob, trials(8, 100))], { held })
    expect(state).toMatchObject({ leader: bob, record: 8 / 12 })
    // A day, twenty blocks, without progress doubles it: ln(4/3) / ln(1.1) times 1 + sqrt(20/20).
    expect(state.improvements.at(-1)).toEqual({ hotkey: bob, units: expect.closeTo(2 * 3.018, 2), block: 40 })
    expect(scores).toEqual(new Map([[bob, 8 / 12]]))
  })

  test('is held against the leader on the same problems, and against what was paid for before', () => {
    expect(judge(led, [turn(bob, trials(9, 100))], { held: trials(9, 100) }).state.leader).toBe(alice)
    // An easy round, or a lucky leader: what was paid once is not paid again.
    const paidFor = { ...led, record: 0.75 }
    expect(judge(paidFor, [turn(bob, trials(9, 100))], { held: trials(4, 100) }).state.leader).toBe(alice)
    // What is saved is held against the leader as it is today.
    expect(judge(paidFor, [turn(bob, trials(4, 64))], { held: trials(4, 100) }).state).toMatchObject({
      leader: bob,
      record: 0.75,
      saved: expect.closeTo(2 * 2, 6),
    })
    // The leader cannot be run: its record stays.
    expect(judge(paidFor, [turn(bob, trials(9, 100))]).state.leader).toBe(alice)
  })

  test('is paid for saving tokens where as much is solved, up to a bound until more is', () => {
    const held = trials(6, 100)
    // 0.8 of the tokens are a step, and less of them is no saving yet.
    expect(judge(led, [turn(bob, trials(6, 81))], { held }).state.leader).toBe(alice)
    expect(judge(led, [turn(bob, trials(5, 10))], { held }).state.leader).toBe(alice)
    const saved = judge({ ...led, improvements: [] }, [turn(bob, trials(6, 64))], { held }).state
    expect(saved).toMatchObject({ leader: bob, record: 0.5, tokens: 64, saved: expect.closeTo(2, 6) })
    const all = judge({ ...saved, improvements: [] }, [turn(alice, trials(6, 1))], {
      held: trials(6, 64),
    }).state
    expect(all.saved).toBe(5)
    expect(all.improvements).toEqual([{ hotkey: alice, units: expect.closeTo(3, 6), block: 40 }])
    expect(judge(all, [turn(bob, trials(6, 0))], { held: trials(6, 1) }).state.leader).toBe(alice)
    expect(judge(all, [turn(bob, trials(12, 0))], { held: trials(6, 1) }).state).toMatchObject({
      leader: bob,
      saved: 0,
    })
  })

  test('comes to nothing for who passes what no function can', () => {
    const tried = [trial('impossible'), ...trials(11).slice(1)]
    expect(judge(emptyBoard, [turn(bob, tried)]).scores.get(bob)).toBe(0)
    expect(judge(emptyBoard, [turn(bob, tried)], { without: ['twins'] }).scores.get(bob)).toBeCloseTo(11 / 12)
  })

  test('comes to nothing for a copy, also of one that came to lead in the same round', () => {
    const copy = turn(bob, trials(12), { prints: pieces })
    expect(judge(led, [copy], { held: trials(6) }).state.leader).toBe(alice)
    expect(judge(led, [turn(bob, undefined, { prints: pieces })], { held: trials(6) }).scores.get(bob)).toBe(
      0,
    )
    const { state } = judge(emptyBoard, [turn(alice, trials(6)), copy])
    expect(state).toMatchObject({
      leader: alice,
      judged: { [alice]: expect.any(String), [bob]: expect.any(String) },
    })
    expect(judge(led, [copy], { held: trials(6), without: ['copies'] }).state.leader).toBe(bob)
    // A new one of one's own is no copy.
    expect(judge(led, [turn(alice, trials(12))]).state).toMatchObject({ leader: alice, record: 1 })
  })

  test('comes to nothing where its miner answers something else, or tells other tokens', () => {
    for (const other of [reply('', 0), reply(PATCH, 7), reply(null, 0)]) {
      const tried = trials(12)
      const sale = { hotkey: bob, ran: (tried[0] as Trial).ran, reply: other }
      expect(judge(emptyBoard, [turn(bob, tried, { sale })]).scores.get(bob)).toBe(0)
      expect(judge(emptyBoard, [turn(bob, tried, { sale })], { without: ['served'] }).scores.get(bob)).toBe(1)
    }
  })

  test.each([
    [
      'bytes that cannot be had',
      (): Trial[] => [{ ran: { status: 'unavailable', why: 'no address', used: {} }, verdict: 'notScored' }],
    ],
    ['a machine that is too slow', (): Trial[] => [trial('notScored')]],
    ['a silent miner', (): Trial[] => trials(12)],
  ])('is given again twice for %s, and nobody waits for it', (_, tried) => {
    const waiting = turn(bob, tried(), { sale: { hotkey: bob, ran: trial('right').ran, reply: silence } })
    const behind = turn(alice, trials(6))
    const first = judge(emptyBoard, [waiting, behind])
    expect(first.state).toMatchObject({ leader: alice, misses: { [bob]: 1 } })
    expect(first.scores).toEqual(new Map([[alice, 0.5]]))
    const second = judge(first.state, [waiting]).state
    expect(second).toMatchObject({ leader: alice, misses: { [bob]: 2 } })
    expect(judge(second, [waiting]).state).toMatchObject({
      judged: { [bob]: expect.any(String) },
      misses: {},
    })
  })

  test('of who was paid before ends that pay, unless it improves: nobody leaves what it earned by and goes on earning', () => {
    const junk = turn(alice, trials(0), { agent: { ...turn(alice, []).agent, digest: 'another' } })
    const { state } = judge(led, [junk])
    expect(state).toMatchObject({
      leader: null,
      improvements: [],
      served: {},
      judged: { [alice]: 'another' },
    })
    // Its text stays its own, and what was paid once is paid to nobody again.
    expect(state).toMatchObject({ owned: led.owned, record: led.record })
    expect(judge(led, [{ ...junk, trials: trials(9) }]).state.improvements).toHaveLength(2)
    // Twice it may be silent.
    const silent = { ...junk, sale: { hotkey: alice, ran: trial('right').ran, reply: silence } }
    const twice = judge(judge(led, [silent]).state, [silent]).state
    expect(twice.leader).toBe(alice)
    expect(judge(twice, [silent]).state.improvements).toEqual([])
  })

  test('is missed where a paid miner commits anew in each round, so that its agent is never listed', () => {
    const unlisted = (state: Board) => judge(state, [], { listed: [bob] }).state
    const twice = unlisted(unlisted(led))
    expect(twice).toMatchObject({ leader: alice, absences: { [alice]: 2 } })
    expect(judge(twice, []).state).toMatchObject({ leader: alice, absences: {} })
    expect(unlisted(twice)).toMatchObject({ leader: null, improvements: [], served: {} })
  })

  test('comes to who never had one first, and then to who could be judged', () => {
    const agentOf = (hotkey: Hotkey) => ({ ...turn(hotkey, []).agent, digest: `new of ${hotkey}` })
    const agents = [agentOf(alice), agentOf(bob), agentOf(owner)]
    const board = { ...led, misses: { [bob]: 1 } }
    expect(waitingIn(board, agents).map(({ hotkey }) => hotkey)).toEqual([owner, bob, alice])
  })

  test('of an original that was not reached before its copy makes it the owner of all that the copy has', () => {
    const original = turn(bob, trials(6, 100), { prints: pieces, committedAt: 6 })
    const { state } = judge(led, [original], { held: trials(6, 100) })
    expect(state).toMatchObject({
      leader: bob,
      served: { [bob]: 1 },
      improvements: [{ hotkey: bob, block: 20 }],
    })
    expect(state.owned).toEqual({ [bob]: { prints: pieces, block: 6 } })
    expect(judge(led, [original], { held: trials(6, 100), without: ['copies'] }).state.leader).toBe(alice)
  })
})

describe('pay', () => {
  const view = (state: Board, block: number) =>
    ({
      state,
      metagraph: { block, columns: { ownerUid: 0 }, row: () => ({ hotkey: owner }) },
    }) as unknown as WeightView<Board>
  const paid = (state: Board, block: number, without: readonly Defence[] = []) =>
    new Agents({ without }).weights(view(state, block)).get(alice)

  test('fades by half in a day, and the rest is burned', () => {
    expect(paid(led, 20)).toBeCloseTo(0.536, 3)
    expect(paid(led, 20 + HALF_LIFE_BLOCKS)).toBeCloseTo(0.268, 3)
    expect(new Agents().weights(view(led, 20)).get(owner)).toBeCloseTo(0.464, 3)
    expect(new Agents().weights(view(emptyBoard, 20)).get(owner)).toBe(1)
  })

  test('falls with what a miner does not serve, and customers of others are nothing to it', () => {
    const ran = trial('right').ran
    const wrong = { hotkey: alice, ran, reply: reply('', 0) }
    const after = judge(led, [], { sales: [wrong] }).state
    expect(after.served).toEqual({ [alice]: 0.85 })
    expect(paid(after, 20)).toBeCloseTo(0.536 * 0.85 ** 2.5, 3)
    expect(paid(after, 20, ['served'])).toBeCloseTo(0.536, 3)
    expect(
      judge(after, [], { sales: [{ ...wrong, reply: reply(PATCH, 0) }] }).state.served[alice],
    ).toBeCloseTo(0.8725)
    const unknown = { ...wrong, ran: { status: 'notScored', why: 'slow', used: {} } as const }
    expect(judge(led, [], { sales: [unknown] }).state.served).toEqual(led.served)
  })
})

test('the bytes of the leader stay, and who leaves is forgotten', () => {
  const mechanism = new Agents()
  expect(mechanism.pins(led)).toEqual([`agent of ${alice}`])
  expect(mechanism.pins(emptyBoard)).toEqual([])
  expect(mechanism.forget(led, alice)).toEqual({ ...emptyBoard, record: 0.5, tokens: 100 })
  expect(mechanism.forget(led, bob)).toEqual(led)
})
