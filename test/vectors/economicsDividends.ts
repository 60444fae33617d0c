import {
  creditAll,
  creditPosition,
  type DistributionInput,
  EMPTY_SHARE_POOL,
  planDistribution,
  positionAlpha,
  rootClaimIncreaseBits,
  type SharePool,
} from '../../src/emission/index.js'
import { SAFE_FLOAT_ZERO, type SafeFloat } from '../../src/math/index.js'
import type { FileInteger } from './economicsFile.js'
import { type FileLink, linksOf } from './economicsStakes.js'

interface DividendInput {
  tao_weight_u64: FileInteger
  ck_burn_u64: FileInteger
  hotkeys: {
    hotkey: number
    owner_coldkey: number
    alpha: FileInteger
    root_rao: FileInteger
    childkey_take_u16: number
    delegate_take_u16: number
  }[]
  child_links: FileLink[]
  epoch_output: { hotkey: number; incentive_alpha: FileInteger; dividend_alpha: FileInteger }[]
  validator_pot_alpha: FileInteger
  root_pot_alpha: FileInteger
  owner_cut_alpha: FileInteger
  subnet_owner_hotkey: number
  subnet_owner_coldkey: number
  owner_incentive_is_recycled: boolean
  auto_stake: { coldkey: number; hotkey: number } | null
  alpha_out: FileInteger
}

export function dividendDistribution(input: DividendInput): unknown {
  const distribution = planDistribution(distributionInput(input))
  const stakes = new StakeTable(input)
  for (const payment of distribution.payments) stakes.pay(payment)
  const alphaOut = BigInt(input.alpha_out)
  const byHotkey = (amountOf: (row: number) => bigint) =>
    input.hotkeys.map(({ hotkey }, row) => [hotkey, amountOf(row)])
  return {
    attribution_per_hotkey: distribution.attributions.map(({ shares }) =>
      shares.map(([row, alpha]) => [row + 1, alpha]),
    ),
    incentives_alpha: input.epoch_output.map(({ hotkey, incentive_alpha }) => [hotkey, incentive_alpha]),
    alpha_dividends_u96f32_bits: byHotkey((row) => distribution.pays[row]!.alphaBits),
    root_dividends_u96f32_bits: byHotkey((row) => distribution.pays[row]!.rootBits),
    alpha_out_after_attribution:
      alphaOut - distribution.attributions.reduce((sum, { recycledAlpha }) => sum + recycledAlpha, 0n),
    alpha_out_final: alphaOut - distribution.recycledAlpha,
    miner_burned_u96f32_bits: distribution.minerBurnedBits,
    ...stakes.report(),
  }
}

function distributionInput(input: DividendInput): DistributionInput<number> {
  return {
    rows: input.hotkeys.map((hotkey) => ({
      hotkey: hotkey.hotkey,
      owner: hotkey.owner_coldkey,
      alpha: BigInt(hotkey.alpha),
      rootRao: BigInt(hotkey.root_rao),
      takeU16: hotkey.delegate_take_u16,
      childkeyTakeU16: hotkey.childkey_take_u16,
      hasUid: true,
    })),
    links: linksOf(input.child_links),
    incentiveAlpha: input.epoch_output.map(({ incentive_alpha }) => BigInt(incentive_alpha)),
    dividendAlpha: input.epoch_output.map(({ dividend_alpha }) => BigInt(dividend_alpha)),
    validatorPotAlpha: BigInt(input.validator_pot_alpha),
    rootPotAlpha: BigInt(input.root_pot_alpha),
    ownerCutAlpha: BigInt(input.owner_cut_alpha),
    owner: { hotkey: input.subnet_owner_hotkey, coldkey: input.subnet_owner_coldkey },
    ownerIncentiveIsRecycled: input.owner_incentive_is_recycled,
    autoStake: new Map(
      input.auto_stake === null ? [] : [[input.auto_stake.coldkey, input.auto_stake.hotkey]],
    ),
    taoWeightU64: BigInt(input.tao_weight_u64),
    childkeyBurnU64: BigInt(input.ck_burn_u64),
  }
}

/** The smallest ledger that can apply the payments. */
class StakeTable {
  readonly #input: DividendInput
  readonly #pools = new Map<number, SharePool>()
  readonly #shares = new Map<string, SafeFloat>()
  readonly #dividends = new Map<number, bigint>()
  readonly #rootDividends = new Map<number, bigint>()
  readonly #rates = new Map<number, bigint | null>()

  constructor(input: DividendInput) {
    this.#input = input
    for (const { hotkey, owner_coldkey, alpha } of input.hotkeys)
      this.#stake(hotkey, owner_coldkey, BigInt(alpha))
  }

  pay(payment: ReturnType<typeof planDistribution<number>>['payments'][number]): void {
    const { hotkey, alpha } = payment
    if (payment.kind === 'stake') this.#stake(hotkey, payment.coldkey, alpha)
    else if (payment.kind === 'all') {
      this.#pools.set(hotkey, creditAll(this.#pool(hotkey), alpha))
      this.#dividends.set(hotkey, alpha)
    } else {
      const { root_rao, owner_coldkey } = this.#input.hotkeys[hotkey - 1]!
      const increase = rootClaimIncreaseBits(alpha, BigInt(root_rao))
      this.#rootDividends.set(hotkey, alpha)
      // The files write the rate of a hotkey whose owner was staked instead as null.
      this.#rates.set(hotkey, increase)
      if (increase === null) this.#stake(hotkey, owner_coldkey, alpha)
    }
  }

  report(): { hotkeys_after: unknown; positions_after: unknown } {
    return {
      hotkeys_after: this.#input.hotkeys.map(({ hotkey }) => ({
        hotkey,
        total_alpha: this.#pool(hotkey).totalAlpha,
        root_claim_rate_i96f32_bits: this.#rates.has(hotkey) ? this.#rates.get(hotkey) : 0n,
        alpha_dividends: this.#dividends.get(hotkey) ?? 0n,
        root_dividends_alpha: this.#rootDividends.get(hotkey) ?? 0n,
      })),
      positions_after: [...this.#shares]
        .map(([key, share]) => {
          const [hotkey, coldkey] = key.split('/').map(Number) as [number, number]
          return { hotkey, coldkey, value_alpha: positionAlpha(this.#pool(hotkey), share) }
        })
        .filter(({ value_alpha }) => value_alpha > 0n)
        .sort((a, b) => a.hotkey - b.hotkey || a.coldkey - b.coldkey),
    }
  }

  #pool(hotkey: number): SharePool {
    return this.#pools.get(hotkey) ?? EMPTY_SHARE_POOL
  }

  #stake(hotkey: number, coldkey: number, alpha: bigint): void {
    const key = `${hotkey}/${coldkey}`
    const change = creditPosition(this.#pool(hotkey), this.#shares.get(key) ?? SAFE_FLOAT_ZERO, alpha)
    this.#pools.set(hotkey, change.pool)
    this.#shares.set(key, change.share)
  }
}
