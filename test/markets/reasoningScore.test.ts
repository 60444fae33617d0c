import { describe, expect, test } from 'vitest'
import { environments, problemsOf } from '../../examples/reasoning/environments.js'
import { type Defence, PROBLEMS, Reasoning } from '../../examples/reasoning/mechanism.js'
import { keyPairFromUri } from '../../src/crypto/index.js'
import {
  type ArtefactCommit,
  type Round,
  type RunResult,
  taskSeed,
  type WeightView,
} from '../../src/mechanism/index.js'
import { asHotkey, type Hotkey } from '../../src/units/index.js'

type Throne = ReturnType<Reasoning['initialState']>
type Run = RunResult<(number | string)[]>

const seed = () => taskSeed({ blockHash: 'ab'.repeat(32), netuid: 1, round: 1, index: 0 })
const [alice, bob, owner] = [hotkeyOf('//Alice'), hotkeyOf('//Bob'), hotkeyOf('//Charlie')]

function hotkeyOf(uri: string): Hotkey {
  return asHotkey(keyPairFromUri(uri).address)
}

const policy = (hotkey: Hotkey): ArtefactCommit => ({
  hotkey,
  uid: 1,
  kind: 'policy',
  digest: `policy of ${hotkey}`,
  bytes: 100,
  block: 7,
})

/** Answers of which so many are right in each environment, the first ones. */
function right(counts: readonly number[]): Run[] {
  return environments.map((environment, at) => {
    const problems = problemsOf(environment, seed().random, PROBLEMS)
    const value = problems.map(({ answer }, nth) => (nth < (counts[at] ?? 0) ? answer : ''))
    return { status: 'ok', value, steps: 1, used: {} }
  })
}

const failed: Run = { status: 'failed', why: 'steps: too many', steps: 1, used: {} }
const unavailable: Run = { status: 'unavailable', why: 'no address', used: {} }
const notScored: Run = { status: 'notScored', why: 'wallTime: too slow', used: {} }

const empty: Throne = { champion: null, judged: {}, misses: {} }
const held: Throne = { champion: alice, judged: { [alice]: `policy of ${alice}` }, misses: {} }

/** One round: bob challenges alice, or an empty throne. */
function judge(
  state: Throne,
  tried: Run[],
  { holds = right([160, 160, 160]), without = [] }: { holds?: Run[]; without?: readonly Defence[] } = {},
) {
  const isHeld = state.champion !== null
  return new Reasoning({ without }).score({
    holder: isHeld ? policy(alice) : undefined,
    champion: isHeld ? { policy: policy(alice), runs: holds } : undefined,
    challenger: { policy: policy(bob), runs: tried },
    seed: seed(),
    block: 9,
    state,
  })
}

describe('a turn', () => {
  test('wins by a lead that luck does not explain, in one environment, and no loss elsewhere', () => {
    // 160 of 200 are 0.8; two standard errors of that are 2 * sqrt(0.8 * 0.2 / 200) = 0.0566, so more than 171.3 right answers.
    expect(judge(held, right([171, 160, 160])).state.champion).toBe(alice)
    const won = judge(held, right([172, 160, 160]))
    expect(won.state).toEqual({
      ...held,
      champion: bob,
      judged: { ...held.judged, [bob]: `policy of ${bob}` },
    })
    expect(won.scores.get(bob)).toBeCloseTo((172 + 160 + 160) / 600)
    expect(won.scores.get(alice)).toBeCloseTo(0.8)
    // 2% less than 0.8 is 0.784, and so 157 right answers and not 156.
    expect(judge(held, right([200, 157, 200])).state.champion).toBe(bob)
    expect(judge(held, right([200, 156, 200])).state.champion).toBe(alice)
    expect(judge(held, right([200, 156, 200]), { without: ['conjunction'] }).state.champion).toBe(bob)
    expect(judge(held, right([161, 160, 160]), { without: ['margin'] }).state.champion).toBe(bob)
    expect(judge(held, right([160, 160, 160]), { without: ['margin'] }).state.champion).toBe(alice)
  })

  test('for an empty throne has to be worth it in every environment', () => {
    expect(judge(empty, right([40, 40, 40])).state.champion).toBe(bob)
    const lost = judge(empty, right([200, 200, 39])).state
    expect(lost).toEqual({ champion: null, judged: { [bob]: `policy of ${bob}` }, misses: {} })
    expect(judge(empty, right([0, 0, 0]), { without: ['floor'] }).state.champion).toBe(bob)
  })

  test('is over for a policy that fails, and the rest of it counts', () => {
    const { state, scores } = judge(held, [failed, ...right([0, 200, 200]).slice(1)])
    expect(state).toMatchObject({ champion: alice, judged: { [bob]: `policy of ${bob}` } })
    expect(scores.get(bob)).toBeCloseTo(2 / 3)
    expect(judge(held, [failed, failed, failed], { without: ['turns'] }).state).toMatchObject({
      judged: held.judged,
      misses: { [bob]: 1 },
    })
  })

  test.each([[unavailable], [notScored]])(
    'is given again twice where a policy could not be run: %o',
    (missing) => {
      const runs = [missing, ...right([0, 200, 200]).slice(1)]
      const first = judge(held, runs)
      expect(first).toEqual({ scores: new Map(), state: { ...held, misses: { [bob]: 1 } } })
      const second = judge(first.state, runs)
      expect(second.state.misses).toEqual({ [bob]: 2 })
      const third = judge(second.state, runs)
      expect(third.state).toMatchObject({
        champion: alice,
        judged: { [bob]: `policy of ${bob}` },
        misses: {},
      })
    },
  )

  test('goes to others first where a policy was missing, and comes again after them', async () => {
    const state = { ...held, misses: { [bob]: 1 } }
    const queue = [policy(alice), policy(bob), policy(owner)]
    const playedWith = async (without: readonly Defence[], commits = queue) => {
      const round = { state, seed: seed(), artefacts: async () => commits, runCode: async () => unavailable }
      const { challenger } = await new Reasoning({ without }).play(round as unknown as Round<Throne>)
      return challenger?.policy.hotkey
    }
    expect(await playedWith([])).toBe(owner)
    expect(await playedWith([], queue.slice(0, 2))).toBe(bob)
    expect(await playedWith(['turns'])).toBe(bob)
    // What others are judged for takes nothing from its count.
    const tried = { policy: policy(owner), runs: right([0, 0, 0]) }
    const champion = { policy: policy(alice), runs: right([160, 160, 160]) }
    const played = { holder: policy(alice), champion, challenger: tried, seed: seed(), block: 9, state }
    expect(new Reasoning().score(played).state.misses).toEqual({ [bob]: 1 })
  })

  test('is judged in the end though champion and challenger are missing by turns', () => {
    const [here, missing] = [right([160, 160, 160]), [unavailable, unavailable, unavailable]]
    let state = held
    for (let round = 0; round < 4; round++) {
      const isChampion = round % 2 === 0
      state = judge(state, isChampion ? here : missing, { holds: isChampion ? missing : here }).state
    }
    expect(state.misses).toEqual({ [alice]: 2, [bob]: 2 })
    expect(judge(state, missing).state).toMatchObject({ judged: { [bob]: `policy of ${bob}` }, misses: {} })
  })

  test('takes nothing from a champion that is missing once or twice, and the throne the third time', () => {
    const holds = [unavailable, unavailable, unavailable]
    const states = [held]
    for (let nth = 0; nth < 3; nth++) {
      states.push(judge(states.at(-1) ?? held, right([50, 50, 50]), { holds }).state)
    }
    expect(states.map(({ champion }) => champion)).toEqual([alice, alice, alice, bob])
    expect(states.map(({ misses }) => misses[alice] ?? 0)).toEqual([0, 1, 2, 0])
    const back = judge(states[2] ?? held, right([50, 50, 50])).state
    expect(back).toMatchObject({ champion: alice, misses: {} })
  })

  test('empties the throne of a champion whose commitment counts no more', () => {
    const mechanism = new Reasoning()
    const round = {
      holder: undefined,
      champion: undefined,
      seed: seed(),
      block: 9,
      state: held,
    }
    expect(mechanism.score({ ...round, challenger: undefined }).state.champion).toBeNull()
    const challenger = { policy: policy(bob), runs: right([50, 50, 50]) }
    expect(mechanism.score({ ...round, challenger }).state.champion).toBe(bob)
  })
})

describe('the throne', () => {
  test('is paid all; while it is empty all goes to the owner, which the chain takes back', () => {
    const metagraph = { columns: { ownerUid: 0 }, row: () => ({ hotkey: owner }) }
    const view = (state: Throne) => ({ state, metagraph }) as unknown as WeightView<Throne>
    const mechanism = new Reasoning()
    expect([...mechanism.weights(view(held))].filter(([, weight]) => weight > 0)).toEqual([[alice, 1]])
    expect([...mechanism.weights(view(empty))]).toEqual([[owner, 1]])
  })

  test('keeps the bytes of the champion', () => {
    const mechanism = new Reasoning()
    const judged = { [alice]: 'ab'.repeat(32), [bob]: 'cd'.repeat(32) }
    expect(mechanism.pins({ champion: bob, judged, misses: {} })).toEqual(['cd'.repeat(32)])
    expect(mechanism.pins({ champion: null, judged, misses: {} })).toEqual([])
  })

  test('forgets who left', () => {
    const state = { champion: alice, judged: { [alice]: 'a', [bob]: 'b' }, misses: { [alice]: 1, [bob]: 1 } }
    const mechanism = new Reasoning()
    const expected = { champion: null, judged: { [bob]: 'b' }, misses: { [bob]: 1 } }
    expect(mechanism.forget(state, alice)).toEqual(expected)
    expect(mechanism.forget(state, bob).champion).toBe(alice)
  })
})
