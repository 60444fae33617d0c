import { describe, expect, test } from 'vitest'
import { Mempool, type MempoolLimits } from '../../../../src/chain/mempool/Mempool.js'
import type { CallName, OpenedCall, Receipt, Standing } from '../../../../src/ledger/index.js'
import { SeededRandom } from '../../../../src/math/index.js'

const TAO = 10n ** 9n

/** A pool on a chain of accounts that have what they are given. */
class Pool {
  readonly standings = new Map<string, Partial<Standing>>()
  head = 0
  headHash = '00'.repeat(32)
  readonly mempool: Mempool
  readonly rejected: string[] = []

  constructor(limits: MempoolLimits = {}) {
    this.mempool = new Mempool(
      {
        standing: (account) => ({
          stakeAlpha: 0n,
          balanceRao: 0n,
          isRegistered: false,
          nonce: 0,
          ...this.standings.get(account),
        }),
        head: () => ({ number: this.head, hash: this.headHash }),
      },
      limits,
    )
  }

  own(account: string, standing: Partial<Standing>): void {
    this.standings.set(account, standing)
  }

  /** @returns the code of a refusal at the door. */
  add(account: string, nonce: number, changes: Partial<OpenedCall> = {}): string {
    const call: OpenedCall = {
      origin: 'signed',
      signer: account as OpenedCall['signer'],
      nonce,
      expiryBlock: 100,
      name: 'transfer' as CallName,
      callHash: `${account}/${nonce}`,
      byteLength: 200,
      parts: 1,
      genesisHash: '',
      recentBlockHash: '',
      run: () => null,
      ...changes,
    }
    try {
      const waiting = this.mempool.add(call)
      waiting.receipt.catch((error: { code: string }) => this.rejected.push(`${call.callHash} ${error.code}`))
      return 'waits'
    } catch (error) {
      return (error as { code: string }).code
    }
  }

  take(limits = { maxCalls: 1_000, maxBytes: 1e9 }): string[] {
    return this.mempool
      .take(limits)
      .map(({ call }) => call.callHash)
      .sort()
  }

  async told(): Promise<string[]> {
    await Promise.resolve()
    return this.rejected.sort()
  }
}

describe('a full pool', () => {
  test('is full for nobody because of calls behind a gap, however many accounts send them', async () => {
    const pool = new Pool({ maxCalls: 40 })
    for (let stranger = 0; stranger < 4; stranger++) {
      for (let nonce = 1; nonce <= 10; nonce++) expect(pool.add(`stranger${stranger}`, nonce)).toBe('waits')
    }
    expect(pool.mempool.size).toBe(40)
    expect(pool.take()).toEqual([])
    pool.own('poor', { balanceRao: 1n })
    expect(pool.add('poor', 0)).toBe('waits')
    expect(pool.add('stranger9', 1)).toBe('MempoolFull')
    expect(pool.take()).toEqual(['poor/0'])
    expect(pool.mempool.size).toBe(40)
    expect(await pool.told()).toEqual([expect.stringMatching(/^stranger\d\/10 MempoolFull$/)])
  })

  test('gives a place to more money, by place: nothing is gained by splitting it over accounts', () => {
    for (const accounts of [1, 5, 20]) {
      const pool = new Pool({ maxCalls: 20, maxCallsPerAccount: 64 })
      for (let part = 0; part < accounts; part++) {
        pool.own(`rich${part}`, { balanceRao: (1_000n * TAO) / BigInt(accounts) })
        for (let nonce = 0; nonce < 20 / accounts; nonce++) {
          expect(pool.add(`rich${part}`, nonce)).toBe('waits')
        }
      }
      // 20 places with 1,000 TAO: 50 TAO a place.
      pool.own('less', { balanceRao: 49n * TAO })
      pool.own('more', { balanceRao: 51n * TAO })
      expect(pool.add('less', 0)).toBe('MempoolFull')
      expect(pool.add('more', 0)).toBe('waits')
      expect(pool.mempool.size).toBe(20)
    }
  })

  test('keeps places for stake and for what registered hotkeys have to say, and neither takes those of money', () => {
    const pool = new Pool({ maxCalls: 16, maxCallsPerAccount: 16 })
    pool.own('rich', { balanceRao: 10n ** 15n })
    for (let nonce = 0; nonce < 16; nonce++) pool.add('rich', nonce)
    const counts = { staked: 0, weights: 0, transfer: 0 }
    for (let at = 0; at < 16; at++) {
      pool.own(`staked${at}`, { stakeAlpha: 1n })
      pool.own(`miner${at}`, { isRegistered: true })
      if (pool.add(`staked${at}`, 0) === 'waits') counts.staked++
      if (pool.add(`miner${at}`, 0, { name: 'setWeights' }) === 'waits') counts.weights++
      if (pool.add(`miner${at}`, 1, { name: 'transfer' }) === 'waits') counts.transfer++
    }
    const taken = pool.take()
    const of = (prefix: string): number => taken.filter((hash) => hash.startsWith(prefix)).length
    expect([of('staked'), of('miner'), of('rich')]).toEqual([8, 4, 4])
    expect(counts.transfer).toBe(0)
  })

  test('lets more stake take the place of less, whatever both own', () => {
    const pool = new Pool({ maxCalls: 8 })
    pool.own('rich', { balanceRao: 10n ** 15n })
    for (const nonce of [0, 1]) pool.add('rich', nonce)
    for (const [at, stakeAlpha] of [5n, 6n, 7n, 8n, 9n, 10n].entries()) {
      pool.own(`v${at}`, { stakeAlpha, balanceRao: 0n })
      pool.add(`v${at}`, 0)
    }
    pool.own('small', { stakeAlpha: 4n })
    pool.own('large', { stakeAlpha: 6n })
    expect(pool.add('small', 0)).toBe('MempoolFull')
    expect(pool.add('large', 0)).toBe('waits')
    expect(pool.take()).toEqual(['large/0', 'rich/0', 'rich/1', 'v1/0', 'v2/0', 'v3/0', 'v4/0', 'v5/0'])
  })

  test('judges by what an account has now, not by what it had when its calls came', () => {
    const pool = new Pool({ maxCalls: 2 })
    for (const name of ['a', 'b']) {
      pool.own(name, { balanceRao: 100n * TAO })
      pool.add(name, 0)
    }
    pool.own('c', { balanceRao: 10n * TAO })
    expect(pool.add('c', 0)).toBe('MempoolFull')
    pool.own('a', { balanceRao: 0n })
    pool.head = 1
    expect(pool.add('c', 0)).toBe('waits')
    expect(pool.take()).toEqual(['b/0', 'c/0'])
  })

  test('makes room for a large call out of several small ones, and only if that is enough', async () => {
    const pool = new Pool({ maxBytes: 20_000 })
    for (let at = 0; at < 4; at++) {
      pool.own(`small${at}`, { balanceRao: BigInt(at + 1) * TAO })
      pool.add(`small${at}`, 0, { byteLength: 5_000 })
    }
    pool.own('large', { balanceRao: 9n * TAO })
    // 10,000 bytes are three places: 3 TAO a place; of the small ones each has two.
    expect(pool.add('large', 0, { byteLength: 10_000 })).toBe('waits')
    expect(await pool.told()).toEqual(['small0/0 MempoolFull', 'small1/0 MempoolFull'])
    pool.own('weak', { balanceRao: 1n })
    expect(pool.add('weak', 0, { byteLength: 10_000 })).toBe('MempoolFull')
    expect(pool.mempool.size).toBe(3)
    expect(pool.mempool.bytes).toBe(20_000)
  })
})

describe('any pool', () => {
  test('gives the places that a count of everything gives, after whatever came and went', async () => {
    const random = new SeededRandom('mempool')
    const pool = new Pool({ maxCalls: 24, maxBytes: 30_000, maxCallsPerAccount: 8 })
    const waiting = new Map<string, { readonly account: string; readonly nonce: number; bytes: number }>()
    const accounts = Array.from({ length: 12 }, (_, at) => `account${at}`)
    for (const account of accounts) pool.own(account, { balanceRao: TAO })
    const nonces = new Map<string, number>()
    for (let step = 0; step < 3_000; step++) {
      const account = accounts[random.int(12)]!
      const next = nonces.get(account) ?? 0
      if (random.int(10) === 0) {
        pool.own(account, {
          balanceRao: BigInt(random.int(10)) * TAO,
          stakeAlpha: BigInt(Math.max(0, random.int(13) - 9)) * TAO,
          isRegistered: random.int(4) === 0,
          nonce: next,
        })
        pool.head++
      }
      const nonce = next + random.int(5)
      const bytes = 100 + random.int(8_900)
      const name = random.int(2) === 0 ? 'setWeights' : 'transfer'
      const callHash = `${account}/${nonce}/${step}`
      if (pool.add(account, nonce, { callHash, byteLength: bytes, name }) === 'waits') {
        waiting.set(callHash, { account, nonce, bytes })
      }
      await Promise.resolve()
      for (const text of pool.rejected.splice(0)) expect(waiting.delete(text.split(' ')[0]!)).toBe(true)
      const sum = [...waiting.values()].reduce((total, call) => total + call.bytes, 0)
      expect([pool.mempool.size, pool.mempool.bytes]).toEqual([waiting.size, sum])
      expect(waiting.size <= 24 && sum <= 30_000).toBe(true)
      if (step % 7 !== 0) continue
      const block = pool.mempool.take({ maxCalls: 1 + random.int(9), maxBytes: 12_000 })
      for (const owner of accounts) {
        const taken = block.filter(({ call }) => call.signer === owner).map(({ call }) => call.nonce)
        const from = nonces.get(owner) ?? 0
        expect(taken.sort((a, b) => a - b)).toEqual(taken.map((_, at) => from + at))
        nonces.set(owner, from + taken.length)
        pool.own(owner, { ...pool.standings.get(owner), nonce: from + taken.length })
      }
      pool.head++
      pool.mempool.settle(
        block.map(({ call }) => ({ callHash: call.callHash, nonce: call.nonce }) as Receipt),
      )
      for (const { call } of block) waiting.delete(call.callHash)
    }
    expect(Math.max(...nonces.values())).toBeGreaterThan(50)
  })
})

describe('one account', () => {
  test('is bounded in calls, in bytes and in how far ahead its nonces are', () => {
    const pool = new Pool({ maxCallsPerAccount: 3, maxBytesPerAccount: 1_000 })
    expect(pool.add('a', 3)).toBe('MempoolFull')
    expect(pool.add('a', 0, { byteLength: 900 })).toBe('waits')
    expect(pool.add('a', 1, { byteLength: 101 })).toBe('MempoolFull')
    expect(pool.add('a', 1, { byteLength: 50 })).toBe('waits')
    expect(pool.add('a', 2, { byteLength: 50 })).toBe('waits')
    expect(pool.add('a', 3, { byteLength: 1 })).toBe('MempoolFull')
    expect(pool.add('b', 0)).toBe('waits')
  })

  test('has one call per nonce; the same one again waits with the first', () => {
    const pool = new Pool()
    expect(pool.add('a', 0)).toBe('waits')
    expect(pool.add('a', 0)).toBe('waits')
    expect(pool.add('a', 0, { callHash: 'another' })).toBe('StaleNonce')
    expect(pool.mempool.size).toBe(1)
  })

  test('has those behind a gap taken as soon as it is filled', () => {
    const pool = new Pool()
    pool.add('a', 2)
    pool.add('a', 0)
    expect([pool.take(), pool.mempool.nextNonce('a')]).toEqual([['a/0'], 1])
    pool.add('a', 1)
    expect([pool.take(), pool.mempool.nextNonce('a')]).toEqual([['a/0', 'a/1', 'a/2'], 3])
    pool.mempool.settle([{ callHash: 'a/0', nonce: 0 } as Receipt])
    expect([pool.take(), pool.mempool.nextNonce('a')]).toEqual([['a/1', 'a/2'], 3])
  })
})

describe('a block', () => {
  test.each([
    'setWeights',
    'commitWeights',
    'commitTimelockedWeights',
    'revealWeights',
    'batchRevealWeights',
    'serveAxon',
  ] as const)(
    'takes of too many each lane its part, what comes before in a nonce included; %s is a duty',
    (duty) => {
      const pool = new Pool()
      pool.own('staked', { stakeAlpha: 5n })
      pool.own('rich', { balanceRao: 10n ** 12n })
      pool.own('poor', { balanceRao: 1n })
      pool.own('miner', { isRegistered: true })
      for (let nonce = 0; nonce < 8; nonce++) {
        for (const name of ['staked', 'rich', 'poor']) pool.add(name, nonce)
      }
      pool.add('miner', 0, { name: duty })
      const taken = pool.take({ maxCalls: 8, maxBytes: 1e9 })
      expect(taken).toEqual([
        'miner/0',
        'rich/0',
        'rich/1',
        'staked/0',
        'staked/1',
        'staked/2',
        'staked/3',
        'staked/4',
      ])
      expect(pool.take({ maxCalls: 1_000, maxBytes: 450 })).toHaveLength(2)
    },
  )

  test('counts a batch as many calls as a block does', async () => {
    const pool = new Pool()
    for (const name of ['a', 'b', 'c']) {
      pool.own(name, { balanceRao: 5n })
      pool.add(name, 0, { name: 'batchSetWeights', parts: 2_000 })
    }
    pool.own('d', { balanceRao: 1n })
    pool.add('d', 0)
    const taken = pool.take({ maxCalls: 5_000, maxBytes: 1e9 })
    expect(taken.filter((hash) => hash !== 'd/0')).toHaveLength(2)
    expect(taken).toContain('d/0')
    expect(pool.take({ maxCalls: 6_001, maxBytes: 1e9 })).toHaveLength(4)
    pool.mempool.dropExpired(100)
    expect(await pool.told()).toHaveLength(4)
    pool.add('a', 0, { callHash: 'again' })
    expect(pool.take({ maxCalls: 1, maxBytes: 1e9 })).toEqual(['again'])
  })

  test('takes the same of equals whoever came first, by lots that the head decides', () => {
    const accounts = Array.from({ length: 12 }, (_, at) =>
      (at * 0x1234567).toString(16).padStart(8, '0').padEnd(64, '7'),
    )
    const takenFor = (order: readonly string[], headHash: string): string[] => {
      const pool = new Pool()
      pool.headHash = headHash
      for (const account of order) {
        pool.own(account, { isRegistered: true })
        pool.add(account, 0, { name: 'setWeights' })
      }
      return pool.take({ maxCalls: 4, maxBytes: 1e9 })
    }
    const heads = ['00', '5a', 'c3', 'ff'].map((byte) => byte.repeat(32))
    const taken = heads.map((head) => takenFor(accounts, head))
    for (const order of [accounts.toReversed(), accounts.toSorted(), [...accounts.slice(5), ...accounts]]) {
      expect(heads.map((head) => takenFor(order, head))).toEqual(taken)
    }
    expect(taken.every((chosen) => chosen.length === 4)).toBe(true)
    expect(new Set(taken.map(String)).size).toBeGreaterThan(1)
  })

  test('judges by what accounts have now: the same money moved on does not come before honest money', () => {
    const pool = new Pool()
    for (let at = 0; at < 10; at++) {
      pool.own(`mover${at}`, { balanceRao: 100n * TAO })
      pool.add(`mover${at}`, 0)
      pool.own(`mover${at}`, { balanceRao: 0n })
      pool.head++
    }
    pool.own('honest', { balanceRao: TAO })
    pool.add('honest', 0)
    expect(pool.take({ maxCalls: 1, maxBytes: 1e9 })).toEqual(['honest/0'])
  })

  test('drops what expires with it, and nobody else', async () => {
    const pool = new Pool()
    pool.add('a', 0, { expiryBlock: 5 })
    pool.add('b', 0, { expiryBlock: 6 })
    pool.mempool.dropExpired(5)
    expect(await pool.told()).toEqual(['a/0 Expired'])
    expect(pool.take()).toEqual(['b/0'])
  })
})
