import { keyPairFromUri } from 'subnetkit/crypto'
import { type Played, taskSeed } from 'subnetkit/mechanism'
import type { Status } from 'subnetkit/synapse'
import { given, replied, roundOf } from 'subnetkit/testing'
import { asHotkey, type Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { imageOf, type KindName, kindNames, kinds, stepOf } from '../../examples/serverless/apps.js'
import { fourColumns, median } from '../../examples/serverless/columns.js'
import { LEAST_CALLS, MOST_CALLS, Serverless } from '../../examples/serverless/mechanism.js'
import type { ServerlessOptions } from '../../examples/serverless/options.js'
import { deploy, type Invocation, invoke } from '../../examples/serverless/protocol.js'
import type { Row } from '../../examples/serverless/rows.js'
import { DEPLOY_BLOCKS } from '../../examples/serverless/versions.js'

type State = ReturnType<Serverless['initialState']>

const hotkeyOf = (uri: string): Hotkey => asHotkey(keyPairFromUri(uri).address)
const [ann, bob, cid] = [hotkeyOf('//Ann'), hotkeyOf('//Bob'), hotkeyOf('//Cid')]

function chainOf({ kind, version, value, steps }: Invocation): number[] {
  const image = imageOf(kind, version)
  const chain: number[] = []
  for (let next = value; chain.length < steps; ) {
    next = stepOf(kind, image, next)
    chain.push(next)
  }
  return chain
}

interface Given {
  readonly kind?: KindName
  readonly stepMs?: number
  readonly customer?: Hotkey
  readonly status?: Status
  /** So many of its four steps came. */
  readonly came?: number
  /** Which of them is wrong, and which one is done again. */
  readonly wrong?: number
  readonly drawn?: number
}

/** An invocation of four steps. */
function call(hotkey: Hotkey, { kind = 'hash', stepMs = 50, status = 'ok', ...given }: Given = {}): Row {
  const request = { kind, version: 3, value: 9, steps: 4 }
  const { came = request.steps, customer = null, wrong, drawn = 0 } = given
  const chain = chainOf({ ...request, steps: came })
  const parts = chain.map((value, at) => ({
    chunk: { value: at === wrong ? (value + 1) % 2 ** 32 : value },
    atMs: 300 + stepMs * at,
  }))
  return {
    hotkey,
    customer,
    request,
    reply: { hotkey, uid: 1, status, parts, sentAtMs: 0, elapsedMs: 900 },
    drawn,
  }
}

/** When each miner had started the new version of `sort`, and whether its first step was right; those of no time are busy. */
interface Start {
  readonly tookMs?: number
  readonly isWrong?: boolean
}

function judge(
  rows: readonly Row[],
  {
    starts = {},
    state = { window: [], did: {} },
    block = DEPLOY_BLOCKS,
    ...options
  }: ServerlessOptions & {
    readonly starts?: { readonly [hotkey: string]: Start }
    readonly state?: State
    readonly block?: number
  } = {},
) {
  const app = { kind: 'sort', version: 5 } as const
  const played: Played<Serverless> = {
    seed: taskSeed({ blockHash: '00'.repeat(32), netuid: 1, round: 1, index: 0 }),
    block,
    state,
    app,
    rows: [...rows],
    starts: [ann, bob, cid].map((hotkey, uid) => {
      const { tookMs, isWrong = false } = starts[hotkey] ?? {}
      const shared = { hotkey, uid, value: 8, sentAtMs: 0, elapsedMs: tookMs ?? 1 }
      const [right = 0] = chainOf({ ...app, value: 8, steps: 1 })
      return tookMs === undefined
        ? { ...shared, status: 'overloaded' as const }
        : { ...shared, status: 'ok' as const, answer: { value: isWrong ? right ^ 1 : right } }
    }),
  }
  return new Serverless(options).score(played)
}

const only = (column: string) => {
  const weights = { units: 0, calls: 0, apps: 0, bounties: 0, [column]: 1 }
  return { weights }
}
const scoresIn = (...round: Parameters<typeof judge>) =>
  [ann, bob, cid].map((one) => judge(...round).scores.get(one))

describe('The log of a desk', () => {
  test('pays whoever did all of it in full: 0.52 + 0.2 + 0.2 + 0.08', () => {
    const [all, none] = scoresIn([call(ann)], { starts: { [ann]: { tookMs: 300 } } })
    expect(all).toBeCloseTo(1, 12)
    expect(none).toBe(0)
  })

  test('pays work by what it takes the usual miner: the median of 50, 50 and 200 is 50 for all', () => {
    const rows = [call(ann), call(bob), call(cid, { stepMs: 200 })]
    expect(judge(rows, only('units')).state.window[0]?.[cid]?.units).toBe(4 * 50)
    expect(scoresIn(rows, only('units'))).toEqual([1 / 3, 1 / 3, 1 / 3])
    // By its own time a padded call is worth four times as much.
    expect(scoresIn(rows, { ...only('units'), without: ['median'] })).toEqual([1 / 6, 1 / 6, 4 / 6])
  })

  test('measures each application by itself, and by calls of its own alone', () => {
    const rows = [
      call(ann, { kind: 'hash', stepMs: 10 }),
      call(bob, { kind: 'paths', stepMs: 30 }),
      call(bob, { kind: 'paths', stepMs: 1, customer: ann }),
    ]
    expect(scoresIn(rows, { ...only('units'), accounts: [ann] })).toEqual([1 / 7, 6 / 7, 0])
  })

  test.each([
    { what: 'came too late', given: { status: 'timeout' } },
    { what: 'has a step too few', given: { came: 3 } },
    { what: 'has a step too many', given: { came: 5 } },
    { what: 'was refused', given: { status: 'overloaded', came: 0 } },
  ] as const)('leaves out a call that $what', ({ given }) => {
    expect(scoresIn([call(ann), call(bob, given)], only('calls'))).toEqual([1, 0, 0])
  })

  test('counts calls of customers that have an account, and of all where nobody has to pay', () => {
    const rows = [
      call(ann),
      call(bob, { customer: cid }),
      call(bob, { customer: ann }),
      call(bob, { customer: ann }),
    ]
    expect(scoresIn(rows, only('calls'))).toEqual([1, 0, 0])
    expect(scoresIn(rows, { ...only('calls'), accounts: [cid] })).toEqual([1 / 2, 1 / 2, 0])
    expect(scoresIn(rows, { ...only('calls'), without: ['payer'] })).toEqual([1 / 4, 3 / 4, 0])
  })

  test('gives a bounty to the soonest, half of it to each of two, and its worth as work', () => {
    const starts = { [ann]: { tookMs: 300 }, [bob]: { tookMs: 301 } }
    expect(scoresIn([], { ...only('bounties'), starts })).toEqual([1, 0, 0])
    const both = { [ann]: { tookMs: 300 }, [bob]: { tookMs: 300 } }
    expect(scoresIn([], { ...only('bounties'), starts: both })).toEqual([1 / 2, 1 / 2, 0])
    expect(judge([], { starts: both }).state.window[0]?.[ann]?.units).toBe(kinds.sort.startMs / 2)
    // Where a round is not that of a new version, there is none.
    expect(scoresIn([], { ...only('bounties'), starts, block: DEPLOY_BLOCKS + 1 })).toEqual([0, 0, 0])
  })

  test('looks back on so many rounds', () => {
    let { state } = judge([call(ann)], { windowRounds: 2 })
    for (const share of [1 / 2, 0]) {
      const outcome = judge([call(bob)], { ...only('calls'), windowRounds: 2, state })
      expect(outcome.scores.get(ann)).toBe(share)
      state = outcome.state
    }
    expect(new Serverless().forget(state, bob)).toEqual({ window: [{}, {}], did: {} })
  })
})

describe('A wrong step', () => {
  const { state } = judge([call(ann), call(bob)])

  test.each([
    { what: 'the first', given: { wrong: 0, drawn: 0 } },
    { what: 'the last', given: { wrong: 3, drawn: 7 } },
    { what: 'one of a customer without an account', given: { wrong: 1, drawn: 1, customer: cid } },
    { what: 'one of a call that did not end', given: { wrong: 1, drawn: 1, status: 'timeout', came: 2 } },
    { what: 'one that the next was made of', given: { wrong: 1, drawn: 2 } },
  ] as const)('clears the log of its miner, where it is drawn: $what', ({ given }) => {
    const rows = [call(ann), call(ann), call(ann, given), call(bob)]
    const outcome = judge(rows, { ...only('calls'), state })
    expect([ann, bob].map((one) => outcome.scores.get(one))).toEqual([0, 1])
    expect(outcome.state.window.map((entries) => Object.keys(entries))).toEqual([[bob], [bob]])
    expect(outcome.state.did).toEqual({ [bob]: 1 })
    // Without the check nobody is found.
    expect(judge(rows, { ...only('calls'), state, without: ['checked'] }).scores.get(ann)).toBeGreaterThan(
      0.5,
    )
  })

  test('of a start does so too, and wins nothing', () => {
    const starts = { [ann]: { tookMs: 1, isWrong: true }, [bob]: { tookMs: 500 } }
    expect(scoresIn([call(ann), call(bob)], { starts, state })).toEqual([0, expect.closeTo(1, 12), 0])
  })

  test('is not seen where another one is drawn', () => {
    expect(scoresIn([call(ann, { wrong: 3, drawn: 1 })], only('calls'))).toEqual([1, 0, 0])
  })
})

describe('Applications', () => {
  const entry = { units: 100, calls: 10, apps: 5, bounties: 0 }

  test('weigh by their part of the most, to the power of 1.3 at the median and above, and of 2.2 below', () => {
    const table = fourColumns(
      [{ [ann]: entry, [bob]: { ...entry, apps: 4 }, [cid]: { ...entry, apps: 2 } }],
      true,
    )
    const values = [1, 0.8 ** 1.3, 0.4 ** 2.2]
    const total = values[0]! + values[1]! + values[2]!
    for (const [at, hotkey] of [ann, bob, cid].entries())
      expect(table.get(hotkey)?.apps).toBeCloseTo((values[at] ?? 0) / total, 12)
  })

  test('bring two names on one machine what they bring one; without the weight of work twice as much', () => {
    const half = { ...entry, units: 50, calls: 5 }
    const split = (byWork: boolean): number => {
      const table = fourColumns([{ [ann]: half, [bob]: half, [cid]: entry }], byWork)
      return (table.get(ann)?.apps ?? 0) + (table.get(bob)?.apps ?? 0)
    }
    expect(split(true)).toBeCloseTo(1 / 2, 12)
    expect(split(false)).toBeCloseTo(2 / 3, 12)
  })

  test('are not moved by names that do no work: those have no vote about the median', () => {
    const idle = Object.fromEntries(
      ['//1', '//2', '//3'].map((uri) => [hotkeyOf(uri), { ...entry, units: 0, apps: 1 }]),
    )
    const column = (more: object) => {
      const table = fourColumns([{ [ann]: entry, [bob]: { ...entry, units: 40, apps: 2 }, ...more }], true)
      return table.get(bob)?.apps ?? 0
    }
    expect(column(idle)).toBe(column({}))
  })

  test('have a median by weight', () => {
    const rows = [3, 1, 2].map((value) => ({ value, weight: value }))
    expect(median(rows)).toBe(2)
    expect(median([])).toBe(0)
  })
})

describe('A round', () => {
  const outside = [
    given(deploy, ({ versions, kind, value }, { uid }) =>
      uid === 0
        ? replied({ answer: { value: stepOf(kind, imageOf(kind, versions[kind]), value) }, elapsedMs: 40 })
        : replied({ status: 'overloaded' }),
    ),
    given(invoke, (request) =>
      chainOf(request).map((value, at) => ({ chunk: { value }, afterMs: 20 * (at + 1) })),
    ),
  ]

  test('asks for what is live, more of whom did more, and is judged by what came', async () => {
    const market = new Serverless()
    const first = roundOf({ miners: 2, outside, block: 30, state: market.initialState() })
    const [one, two] = first.miners.map(({ hotkey }) => hotkey) as [Hotkey, Hotkey]
    const state = { window: [], did: { [one]: 3, [two]: 100 } }
    const round = roundOf({ miners: 2, outside, block: 30, state })
    const { app, rows, starts } = await market.play(round)
    expect(app.kind).toBe(kindNames[3])
    const counts = [one, two].map((hotkey) => rows.filter((row) => row.hotkey === hotkey).length)
    expect(counts).toEqual([LEAST_CALLS + 6, MOST_CALLS])
    expect(starts.map(({ status, elapsedMs }) => [status, elapsedMs])).toEqual([
      ['ok', 40],
      ['overloaded', 0],
    ])
    const played = { app, rows, starts, seed: round.seed, block: 30, state }
    const { scores, state: after } = market.score(played)
    expect((scores.get(one) ?? 0) + (scores.get(two) ?? 0)).toBeCloseTo(1, 12)
    expect(after.did).toEqual({ [one]: LEAST_CALLS + 6, [two]: MOST_CALLS })
  })

  test('has the same versions at every validator, and a new one of one application in each turn', async () => {
    const versionsAt = async (block: number) => {
      const seen: { [kind: string]: number }[] = []
      const told = given(deploy, ({ versions }) => {
        seen.push(versions)
        return replied({ status: 'overloaded' })
      })
      const state = { window: [], did: {} }
      await new Serverless().play(roundOf({ miners: 1, outside: [told, ...outside.slice(1)], block, state }))
      return seen[0] ?? {}
    }
    const [before, same, after] = [await versionsAt(60), await versionsAt(69), await versionsAt(70)]
    expect(same).toEqual(before)
    expect(kindNames.filter((kind) => after[kind] !== before[kind])).toEqual([kindNames[2]])
  })
})
