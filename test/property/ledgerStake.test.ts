import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  creditStake,
  debitStake,
  hotkeyAlpha,
  positionValue,
  StakeCredits,
} from '../../src/ledger/money/stake.js'
import type { AccountId } from '../../src/ledger/state/account.js'
import { LedgerState } from '../../src/ledger/state/LedgerState.js'
import { shares } from '../../src/ledger/state/tables.js'
import { SeededRandom } from '../../src/math/index.js'

const hotkey = 'aa'.repeat(32) as AccountId
const coldkeys = Array.from(
  { length: 12 },
  (_, index) => index.toString(16).padStart(2, '0').repeat(32) as AccountId,
)

/** A pool whose total has fallen below this part of its peak may have positions above it: shares have 20 decimals, and each step rounds. */
const SHRUNK = 10n ** 9n

/** One pool of stake beside a plain sum of what went in and out. */
class Pool {
  readonly #state = new LedgerState()
  #expectedAlpha = 0n
  #peakAlpha = 0n
  #isShrunk = false

  credit(staker: number, alpha: bigint): void {
    creditStake(this.#state, this.#position(staker), alpha)
    this.#expectedAlpha += alpha
  }

  /** Takes out a part of the position, in permille; 1000 is all of it. */
  debit(staker: number, permille: bigint): void {
    const alpha = (positionValue(this.#state, this.#position(staker)) * permille) / 1000n
    if (alpha === 0n) return
    expect(debitStake(this.#state, this.#position(staker), alpha)).toBe(true)
    // Taken out of a pool in which positions are worth more than the total, all of it leaves nothing.
    this.#expectedAlpha = alpha > this.#expectedAlpha ? 0n : this.#expectedAlpha - alpha
  }

  dividend(alpha: bigint): void {
    const credits = new StakeCredits(this.#state, 1, { stakeKeys: [], ownShareKeys: [], pools: [] })
    credits.creditAll(hotkey, undefined, alpha)
    this.#expectedAlpha += alpha
    credits.write()
  }

  /**
   * The total is what went in and out. Unless the pool has shrunk by many decades, positions are worth the total
   * together, short by at most 1 each; what came while nobody had a share is the next staker's.
   */
  check(): void {
    const total = hotkeyAlpha(this.#state, 1, hotkey)
    expect(total).toBe(this.#expectedAlpha)
    const worths = coldkeys.map((_, staker) => positionValue(this.#state, this.#position(staker)))
    const sum = worths.reduce((all, worth) => all + worth, 0n)
    if (total > this.#peakAlpha) this.#peakAlpha = total
    if (this.#peakAlpha > total * SHRUNK || this.#state.range(shares).length === 0) this.#isShrunk = true
    if (this.#isShrunk) return
    expect(sum).toBeLessThanOrEqual(total)
    expect(total - sum).toBeLessThanOrEqual(BigInt(coldkeys.length))
  }

  #position(staker: number) {
    return { netuid: 1, hotkey, coldkey: coldkeys[staker]! }
  }
}

const staker = fc.nat(coldkeys.length - 1)
const alpha = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 10n }), fc.bigInt({ min: 1n, max: 10n ** 15n }))
const operation = fc.oneof(
  fc.record({ kind: fc.constant('credit' as const), staker, alpha }),
  fc.record({
    kind: fc.constant('debit' as const),
    staker,
    permille: fc.constantFrom(1n, 333n, 1000n, 1000n),
  }),
  fc.record({ kind: fc.constant('dividend' as const), alpha }),
)

describe('stake of a hotkey', () => {
  it('adds up under random credits, debits and dividends', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const pool = new Pool()
        for (const op of operations) {
          if (op.kind === 'credit') pool.credit(op.staker, op.alpha)
          else if (op.kind === 'debit') pool.debit(op.staker, op.permille)
          else pool.dividend(op.alpha)
          pool.check()
        }
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  // Pools emptied to a rest of 1 and then paid large dividends: the reference keeps the roundings of a former, larger sum of shares, and
  // positions may be worth more than their total. The total stays what went in and out all the same.
  it.each(['s0', 's7', 's52'])(
    'keeps its total after it was emptied and filled again and again (%s)',
    (seed) => {
      const random = new SeededRandom(seed)
      const pool = new Pool()
      const stakers = 1 + random.int(coldkeys.length)
      for (let count = 0; count < 2_000; count++) {
        const kind = random.int(10)
        if (kind < 3)
          pool.credit(
            random.int(stakers),
            BigInt(2_000_000 + random.int(2 ** 30)) *
              BigInt(1 + random.int(random.int(3) === 0 ? 100_000 : 10)),
          )
        else if (kind < 6) pool.debit(random.int(stakers), random.int(3) === 0 ? 300n : 1000n)
        else pool.dividend(BigInt(1 + random.int(2_000_000_000)))
        pool.check()
      }
    },
    60_000,
  )
})
