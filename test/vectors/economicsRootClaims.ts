import {
  creditPosition,
  debitPosition,
  EMPTY_SHARE_POOL,
  positionAlpha,
  rootClaimIncreaseBits,
  type SharePool,
} from '../../src/emission/index.js'
import {
  claimedAfterStake,
  claimedAfterUnstake,
  isKept,
  type RootClaimMode,
  rootClaimAlpha,
  rootOwedAlpha,
} from '../../src/ledger/rules/rootClaim.js'
import { SAFE_FLOAT_ZERO, type SafeFloat } from '../../src/math/index.js'
import type { FileInteger } from './economicsFile.js'

const NETUID = 1
const MIN_STAKE_RAO = 2_000_000n

type Operation =
  | {
      readonly op: 'add_root_stake' | 'remove_root_stake'
      readonly coldkey: number
      readonly amount_rao: FileInteger
    }
  | { readonly op: 'root_dividend'; readonly amount_alpha: FileInteger }
  | { readonly op: 'set_claim_type'; readonly coldkey: number; readonly type: 'Swap' | 'Keep' }
  | { readonly op: 'claim'; readonly coldkey: number }

interface Input {
  readonly claim_threshold_alpha: FileInteger
  readonly coldkeys: number
  readonly first_coldkey: number
  readonly owner_coldkey: number
  readonly subnet_tao_rao: FileInteger
  readonly alpha_in: FileInteger
  readonly operations: readonly Operation[]
}

/** Stake with one hotkey on one subnet. */
class Stakes {
  #pool: SharePool = EMPTY_SHARE_POOL
  readonly #shares = new Map<number, SafeFloat>()

  get total(): bigint {
    return this.#pool.totalAlpha
  }

  of(coldkey: number): bigint {
    return positionAlpha(this.#pool, this.#share(coldkey))
  }

  credit(coldkey: number, amount: bigint): void {
    const change = creditPosition(this.#pool, this.#share(coldkey), amount)
    this.#pool = change.pool
    this.#shares.set(coldkey, change.share)
  }

  debit(coldkey: number, amount: bigint): void {
    const change = debitPosition(this.#pool, this.#share(coldkey), amount)
    if (change === null) throw new TypeError('debits more than there is')
    this.#pool = change.pool
    this.#shares.set(coldkey, change.share)
  }

  #share(coldkey: number): SafeFloat {
    return this.#shares.get(coldkey) ?? SAFE_FLOAT_ZERO
  }
}

/** One hotkey with stake on root, one subnet that pays it, and the coldkeys that claim. */
class Claims {
  readonly #thresholdAlpha: bigint
  readonly #ownerColdkey: number
  readonly #coldkeys: readonly number[]
  readonly #root = new Stakes()
  readonly #alpha = new Stakes()
  readonly #claimed = new Map<number, bigint>()
  readonly #modes = new Map<number, RootClaimMode>()
  #taoRao: bigint
  #alphaIn: bigint
  #rateBits: bigint | null = null

  constructor(input: Input) {
    this.#thresholdAlpha = BigInt(input.claim_threshold_alpha)
    this.#ownerColdkey = input.owner_coldkey
    this.#coldkeys = Array.from({ length: input.coldkeys }, (_, at) => input.first_coldkey + at)
    this.#taoRao = BigInt(input.subnet_tao_rao)
    this.#alphaIn = BigInt(input.alpha_in)
  }

  apply(operation: Operation): string | null {
    switch (operation.op) {
      case 'add_root_stake':
        this.#stake(operation.coldkey, BigInt(operation.amount_rao))
        return null
      case 'remove_root_stake':
        return this.#unstake(operation.coldkey, BigInt(operation.amount_rao))
      case 'root_dividend':
        this.#dividend(BigInt(operation.amount_alpha))
        return null
      case 'set_claim_type':
        this.#modes.set(operation.coldkey, operation.type === 'Keep' ? 'keep' : 'swap')
        return null
      case 'claim':
        this.#claim(operation.coldkey)
        return null
    }
  }

  state(): object {
    return {
      rate_i96f32_bits: this.#rateBits,
      root_total_rao: this.#root.total,
      alpha_total: this.#alpha.total,
      subnet_tao_rao: this.#taoRao,
      alpha_in: this.#alphaIn,
      coldkeys: this.#coldkeys.map((coldkey) => ({
        coldkey,
        root_stake_rao: this.#root.of(coldkey),
        alpha_stake: this.#alpha.of(coldkey),
        claimed_alpha: this.#claimedOf(coldkey),
        owed_alpha: rootOwedAlpha(this.#facts(coldkey)),
      })),
    }
  }

  #claimedOf(coldkey: number): bigint {
    return this.#claimed.get(coldkey) ?? 0n
  }

  #facts(coldkey: number) {
    return {
      rateBits: this.#rateBits ?? 0n,
      rootStakeRao: this.#root.of(coldkey),
      claimedAlpha: this.#claimedOf(coldkey),
    }
  }

  #stake(coldkey: number, rao: bigint): void {
    this.#root.credit(coldkey, rao)
    this.#claimed.set(coldkey, claimedAfterStake(this.#claimedOf(coldkey), this.#rateBits ?? 0n, rao))
  }

  #unstake(coldkey: number, askedRao: bigint): string | null {
    const held = this.#root.of(coldkey)
    const rao = askedRao < held ? askedRao : held
    if (rao === 0n || (rao < held && rao < MIN_STAKE_RAO)) return 'AmountTooLow'
    this.#root.debit(coldkey, rao)
    this.#claimed.set(coldkey, claimedAfterUnstake(this.#claimedOf(coldkey), this.#rateBits ?? 0n, rao))
    return null
  }

  #dividend(alpha: bigint): void {
    const increase = rootClaimIncreaseBits(alpha, this.#root.total)
    if (increase === null) this.#alpha.credit(this.#ownerColdkey, alpha)
    else this.#rateBits = (this.#rateBits ?? 0n) + increase
  }

  #claim(coldkey: number): void {
    const alpha = rootClaimAlpha(this.#facts(coldkey), this.#thresholdAlpha)
    if (alpha === 0n) return
    if (isKept(this.#modes.get(coldkey) ?? 'swap', NETUID)) this.#alpha.credit(coldkey, alpha)
    else this.#stake(coldkey, this.#sell(alpha))
    this.#claimed.set(coldkey, this.#claimedOf(coldkey) + alpha)
  }

  /** A sale without fee where both weights are equal: the part that stays is floored to 18 decimals. */
  #sell(alpha: bigint): bigint {
    const kept = (10n ** 18n * this.#alphaIn) / (this.#alphaIn + alpha)
    const keptBits = (kept << 64n) / 10n ** 18n
    const rao = (this.#taoRao * ((1n << 64n) - keptBits)) >> 64n
    this.#taoRao -= rao
    this.#alphaIn += alpha
    return rao
  }
}

export function rootClaim(input: Input): unknown {
  const claims = new Claims(input)
  return {
    after_each: input.operations.map((operation) => {
      const error = claims.apply(operation)
      return { error, ...claims.state() }
    }),
  }
}
