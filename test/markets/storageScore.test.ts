import type { Reply, Round, RoundMiner, SoldCall } from 'subnetkit/mechanism'
import { given, replied, roundOf } from 'subnetkit/testing'
import type { Hotkey } from 'subnetkit/units'
import { describe, expect, test } from 'vitest'
import { walk } from '../../examples/storage/challenge.js'
import type { Ledger } from '../../examples/storage/ledger.js'
import { Storage } from '../../examples/storage/mechanism.js'
import type { StorageOptions } from '../../examples/storage/options.js'
import { BLOB_BYTES, get, LEAVES, type Link, prove, put } from '../../examples/storage/protocol.js'
import { seal, unseal } from '../../examples/storage/seal.js'
import { leafOf, pathOf, rootOf, treeOf } from '../../examples/storage/tree.js'

const empty: Ledger = { replicas: {}, tallies: {} }
const [miner, other] = roundOf({ miners: 2 }).miners as [RoundMiner, RoundMiner]
const { validator } = roundOf()
const { hotkey } = miner

/** What the miner of a round does; by default it is honest. */
interface Doings {
  /** Whom it seals for. */
  readonly sealsFor?: string
  /** What it gives for a sealed replica. */
  readonly gives?: Uint8Array
  readonly tookMs?: number
  readonly links?: (links: readonly Link[]) => readonly Link[]
  /** What it starts its walk with in place of the nonce. */
  readonly nonce?: Uint8Array
  readonly back?: Uint8Array
}

/** Sealed replicas by the name of their data: each is made once for all tests. */
const sealed = new Map<string, Promise<Uint8Array>>()

function sealedOf(data: Uint8Array, name: string): Promise<Uint8Array> {
  const id = rootOf(data)
  const made = sealed.get(`${name} ${id}`) ?? seal(data, { miner: name, validator, id })
  sealed.set(`${name} ${id}`, made)
  return made
}

/** What is kept by the miner of a test. */
const kept = new Map<string, { readonly data: Uint8Array; readonly sealed: Uint8Array }>()

async function played(
  state: Ledger,
  doings: Doings = {},
  options: StorageOptions & { readonly sold?: NonNullable<Parameters<typeof roundOf>[0]>['sold'] } = {},
) {
  const { sold = {}, ...rules } = options
  const market = new Storage(rules)
  const linksOf = async (id: string, nonce: Uint8Array): Promise<Link[]> => {
    const { sealed: replica } = kept.get(id) ?? { sealed: new Uint8Array(BLOB_BYTES) }
    const tree = treeOf(replica)
    return await walk(nonce, async (at) => ({ leaf: leafOf(replica, at), path: pathOf(tree, at) }))
  }
  const round: Round<Ledger> = roundOf({
    miners: [miner],
    state,
    block: 10,
    sold,
    outside: [
      given(put, async ({ data }) => {
        const { sealsFor = hotkey } = doings
        const replica = doings.gives ?? (await sealedOf(data, sealsFor))
        kept.set(rootOf(data), { data, sealed: replica })
        return { miner: sealsFor, sealed: replica }
      }),
      given(get, ({ id }) => ({ data: doings.back ?? kept.get(id)?.data ?? new Uint8Array(BLOB_BYTES) })),
      given(prove, async ({ id, nonce }) => {
        const links = await linksOf(id, doings.nonce ?? nonce)
        return replied({
          answer: { links: [...(doings.links?.(links) ?? links)] },
          elapsedMs: doings.tookMs ?? 20,
        })
      }),
    ],
  })
  const { seed, block } = round
  return market.score({ ...(await market.play(round)), seed, block, state })
}

const heldIn = ({ replicas }: Ledger, by: Hotkey = hotkey) => replicas[by] ?? []

describe('A blob that is given to a miner', { timeout: 60_000 }, () => {
  test('counts once it came back sealed for the hotkey of the miner', async () => {
    const { scores, state } = await played(empty)
    expect(heldIn(state)).toMatchObject([{ number: 0, untilBlock: 7_210 }])
    // Nothing was challenged yet.
    expect(scores.get(hotkey)).toBe(0)
  })

  test.each([
    { what: 'sealed for another hotkey', doings: { sealsFor: other.hotkey }, without: 'unique' },
    {
      what: 'bytes that are no seal of it',
      doings: { gives: new Uint8Array(BLOB_BYTES) },
      without: 'opened',
    },
  ] as const)(
    'does not count where what came back is $what, unless $without is left out',
    async ({ doings, without }) => {
      expect(heldIn((await played(empty, doings)).state)).toEqual([])
      expect(heldIn((await played(empty, doings, { without: [without] })).state)).toHaveLength(1)
    },
  )

  test('is the next of the validator, up to the quota', async () => {
    let { state } = await played(empty)
    for (let round = 0; round < 3; round++) ({ state } = await played(state))
    expect(heldIn(state).map(({ number }) => number)).toEqual([0, 1])
  })
})

describe('A replica is worth in a round', { timeout: 60_000 }, () => {
  const one = async () => (await played(empty)).state

  test('the reward of the lowest tier at first', async () => {
    const { scores, state } = await played(await one())
    expect(scores.get(hotkey)).toBe(0.6)
    expect(state.tallies[hotkey]).toEqual({ proven: 1, challenged: 1, returned: 1, wanted: 1 })
  })

  test.each<{ what: string; doings: Doings; without?: StorageOptions['without'] }>([
    { what: 'the challenge is answered at the deadline', doings: { tookMs: 60 }, without: ['deadline'] },
    { what: 'the links are those of another nonce', doings: { nonce: new Uint8Array(32).fill(7) } },
    { what: 'the links are in another order', doings: { links: (links) => links.toReversed() } },
    {
      what: 'one bit of the last leaf is another',
      doings: {
        links: (links) =>
          links.map(({ leaf, path }, at) => ({ leaf: at < 7 ? leaf : leaf.map((byte) => byte ^ 1), path })),
      },
    },
    {
      what: 'something else is given back',
      doings: { back: new Uint8Array(BLOB_BYTES) },
      without: ['retrieval'],
    },
  ])('nothing where $what', async ({ doings, without }) => {
    const state = await one()
    expect((await played(state, doings)).scores.get(hotkey)).toBe(0)
    if (without !== undefined) expect((await played(state, doings, { without })).scores.get(hotkey)).toBe(0.6)
  })

  test('nothing from one nonce to the next without secrets: the same leaves are asked for', async () => {
    const state = await one()
    const again = { nonce: new Uint8Array(32) }
    expect((await played(state, again)).scores.get(hotkey)).toBe(0)
    expect((await played(state, again, { without: ['fresh'] })).scores.get(hotkey)).toBe(0.6)
  })

  test('nothing once its day is over, and its place is given anew', async () => {
    const state = await one()
    const [replica] = heldIn(state)
    const old = {
      ...state,
      replicas: { [hotkey]: [{ ...(replica ?? { id: '', root: '', number: 0 }), untilBlock: 10 }] },
    }
    const { scores, state: next } = await played(old)
    expect(scores.get(hotkey)).toBe(0)
    expect(heldIn(next)).toEqual([{ ...replica, untilBlock: 7_210 }])
  })
})

describe('What customers did', { timeout: 60_000 }, () => {
  const data = new Uint8Array(BLOB_BYTES).fill(3)
  const id = rootOf(data)
  const row = <Request, Answer>(
    request: Request,
    reply: Partial<Reply<Answer>>,
  ): SoldCall<Request, Reply<Answer>> => ({
    hotkey,
    uid: 0,
    customer: other.hotkey,
    request,
    reply: { hotkey, uid: 0, status: 'ok', sentAtMs: 0, elapsedMs: 1, ...reply } as Reply<Answer>,
  })
  const storedBy = async (name: string) => ({
    put: [row({ data }, { answer: { miner: name, sealed: await sealedOf(data, name) } })],
  })

  test('counts as what the validator did: a blob that they had sealed is challenged with the others', async () => {
    const { state } = await played(empty, {}, { sold: await storedBy(hotkey) })
    expect(heldIn(state)).toMatchObject([{ number: 0 }, { id, number: null }])
    expect(heldIn((await played(empty, {}, { sold: await storedBy(other.hotkey) })).state)).toHaveLength(1)
  })

  test.each<{ what: string; reply: Partial<Reply<{ data: Uint8Array }>>; score: number }>([
    { what: 'got another blob', reply: { answer: { data: new Uint8Array(BLOB_BYTES) } }, score: 0 },
    { what: 'were told that it failed', reply: { status: 'failed' }, score: 0 },
    { what: 'got what they wanted', reply: { answer: { data } }, score: 1.2 },
    { what: 'came when it was busy', reply: { status: 'overloaded' }, score: 1.2 },
    { what: 'gave up', reply: { status: 'cancelled' }, score: 1.2 },
  ])('is worth $score where they $what', async ({ reply, score }) => {
    kept.set(id, { data, sealed: await sealedOf(data, hotkey) })
    const { state } = await played(empty, {}, { sold: await storedBy(hotkey) })
    const sold = { get: [row({ id }, reply)] }
    expect((await played(state, {}, { sold })).scores.get(hotkey)).toBe(score)
  })

  test('is worth nothing for a blob that the miner was never seen to have', async () => {
    const { state } = await played(empty)
    const sold = { get: [row({ id }, { status: 'failed' } as Partial<Reply<{ data: Uint8Array }>>)] }
    expect((await played(state, {}, { sold })).scores.get(hotkey)).toBe(0.6)
  })
})

test('a seal is undone by the key that it was made with, and by no other', { timeout: 60_000 }, async () => {
  const data = new Uint8Array(BLOB_BYTES).map((_, at) => at % 251)
  const key = { miner: 'ann', validator: 'val', id: rootOf(data) }
  const made = await seal(data, key)
  expect(Buffer.compare(unseal(made, key), data)).toBe(0)
  for (const wrong of [{ miner: 'bob' }, { validator: 'vic' }, { id: rootOf(made) }]) {
    const opened = unseal(made, { ...key, ...wrong })
    const same = Array.from(
      { length: LEAVES },
      (_, at) => Buffer.compare(leafOf(opened, at), leafOf(data, at)) === 0,
    )
    // Each leaf has a key of its own, so that none can be chosen before the data.
    expect(same).not.toContain(true)
  }
  expect(Buffer.compare(unseal(await seal(data, key, 2), key, 2), data)).toBe(0)
})
