import { assert } from '../errors/index.js'
import type { Alpha } from '../units/index.js'
import { dividendParts } from './attribution.js'
import { type DistributionInput, isOwners, type PaymentReason, plannedDistribution } from './distribution.js'
import type { PendingAlpha } from './dividendSplit.js'
import { linkedRows } from './stakeLinks.js'
import { fromU64, toInteger } from './u96f32.js'

/** What alpha waited for an epoch for. Without any incentive the servers' is the validators'. */
export type PayoutPot = 'ownerCut' | 'server' | 'validator' | 'root'

/** Why alpha was paid, or what became of it instead. */
export type PayoutReason =
  | PaymentReason
  /** Withheld from the owner's own miner: it stays in the subnet's alpha and is nobody's. */
  | 'burnedIncentive'
  /** Withheld from the owner's own miner: it leaves the subnet's alpha. */
  | 'recycledIncentive'
  /** Withheld from a foreign parent: it leaves the subnet's alpha. */
  | 'childkeyBurn'
  /** The validators' pot is paid whole all the same: what childkeys burn is taken from alpha that was nobody's before. Below 0. */
  | 'drawn'
  /** Lost where a pot was divided into whole units. Below 0 where incentives, paid as the epoch rounded them, were more than the pot. */
  | 'rounding'
  /** A pot in which nobody has a part. */
  | 'unearned'

/** Alpha of an epoch with one reason and one recipient. */
export interface PayoutLine<Account> {
  readonly pot: PayoutPot
  readonly reason: PayoutReason
  /** On which it was paid or, withheld, was not; `null` where nobody was to have it. */
  readonly hotkey: Account | null
  /** Of pay that all stakers of the hotkey share, owner included: the hotkey's owner. */
  readonly coldkey: Account | null
  /**
   * By way of whom the hotkey had it: of a child that it lent stake to, of a parent whose part it took its take from, or of a miner of the
   * same coldkey whose pay is staked here. `null` for what it earned itself with its own stake.
   */
  readonly through: { readonly kind: 'child' | 'parent' | 'miner'; readonly hotkey: Account } | null
  readonly alpha: Alpha
}

/** A reason for which a row has a part in the pots, and its weight among the row's reasons, U96F32. */
interface Source<Account> {
  readonly through: PayoutLine<Account>['through']
  readonly bits: bigint
}

/**
 * The lines of `EmissionScheduler.explainPayout`, of an input that was checked.
 *
 * PERF: as planning the payments, and a record for each line: for whoever asks, never for a block.
 */
export function payoutLines<Account>(
  input: DistributionInput<Account>,
  pending: PendingAlpha,
): PayoutLine<Account>[] {
  const { payments, pays } = plannedDistribution(input)
  const { sources, burned } = dividendSources(input)
  const rowOf = new Map(input.rows.map(({ hotkey }, row) => [hotkey, row]))
  const owner = { ...input.owner, through: null }
  const lines: PayoutLine<Account>[] = [
    { pot: 'ownerCut', reason: 'ownerCut', ...owner, alpha: pending.ownerCutAlpha },
    ...incentiveLines(input),
    ...burned,
  ]
  for (const { reason, hotkey, alpha } of payments) {
    if (reason === 'ownerCut' || reason === 'incentive') continue
    const pot = reason === 'take' || reason === 'dividend' ? 'validator' : 'root'
    const row = rowOf.get(hotkey)
    assert(row !== undefined, 'dividends are of rows')
    const coldkey = input.rows[row]?.owner ?? null
    for (const { through, alpha: part } of apportioned(alpha, sources[row] ?? [])) {
      lines.push({ pot, reason, hotkey, coldkey, through, alpha: part })
    }
  }
  const server = pending.serverAlpha + pending.validatorAlpha - input.validatorPotAlpha
  lines.push(ofNobody('validator', 'drawn', -sumOf(burned)))
  lines.push(
    restOf('server', server, lines, true),
    restOf(
      'validator',
      input.validatorPotAlpha,
      lines,
      pays.some(({ alphaBits }) => alphaBits > 0n),
    ),
    restOf(
      'root',
      input.rootPotAlpha,
      lines,
      pays.some(({ rootBits }) => rootBits > 0n),
    ),
  )
  return lines.filter(({ alpha }) => alpha !== 0n)
}

function incentiveLines<Account>({
  rows,
  owner,
  autoStake,
  incentiveAlpha,
  ownerIncentiveIsRecycled,
}: DistributionInput<Account>): PayoutLine<Account>[] {
  return rows.map((row, at) => {
    const isWithheld = isOwners(row, owner)
    const hotkey = isWithheld ? row.hotkey : (autoStake.get(row.owner) ?? row.hotkey)
    return {
      pot: 'server',
      reason: isWithheld ? (ownerIncentiveIsRecycled ? 'recycledIncentive' : 'burnedIncentive') : 'incentive',
      hotkey,
      coldkey: row.owner,
      through: hotkey === row.hotkey ? null : { kind: 'miner', hotkey: row.hotkey },
      alpha: incentiveAlpha[at] ?? 0n,
    }
  })
}

/** By row, what its part in the pots comes from; and what was burned of parents' parts. */
function dividendSources<Account>({ rows, links, dividendAlpha, ...input }: DistributionInput<Account>): {
  readonly sources: readonly (readonly Source<Account>[])[]
  readonly burned: readonly PayoutLine<Account>[]
} {
  const terms = { taoWeight: fromU64(input.taoWeightU64), childkeyBurn: fromU64(input.childkeyBurnU64) }
  const sources: Source<Account>[][] = rows.map(() => [])
  const burned: PayoutLine<Account>[] = []
  for (const linked of linkedRows(rows, links)) {
    const child = linked.stake.hotkey
    const { ownBits, loans } = dividendParts(linked, dividendAlpha[linked.row] ?? 0n, terms)
    sources[linked.row]?.push({ through: null, bits: ownBits })
    for (const [at, { row, parentBits, takenBits, burnedBits }] of loans.entries()) {
      const parent = linked.fromParents[at]?.stake
      if (parent === undefined) continue
      const through = { kind: 'child', hotkey: child } as const
      sources[row]?.push({ through, bits: parentBits })
      sources[linked.row]?.push({ through: { kind: 'parent', hotkey: parent.hotkey }, bits: takenBits })
      const { hotkey, owner: coldkey } = parent
      const alpha = toInteger(burnedBits)
      burned.push({ pot: 'validator', reason: 'childkeyBurn', hotkey, coldkey, through, alpha })
    }
  }
  return { sources, burned }
}

/** An amount divided by weights, to the unit: each part ends where its weight and those before it end in the whole. */
function apportioned<Account>(
  amount: Alpha,
  sources: readonly Source<Account>[],
): (Source<Account> & { readonly alpha: Alpha })[] {
  const total = sources.reduce((sum, { bits }) => sum + bits, 0n)
  let bitsUntil = 0n
  let until = 0n
  return sources.map((source) => {
    const from = until
    bitsUntil += source.bits
    until = (amount * bitsUntil) / total
    return { ...source, alpha: until - from }
  })
}

/** What the lines leave of a pot. */
function restOf<Account>(
  pot: PayoutPot,
  potAlpha: Alpha,
  lines: readonly PayoutLine<Account>[],
  isEarned: boolean,
): PayoutLine<Account> {
  const usedAlpha = sumOf(lines.filter((line) => line.pot === pot))
  return ofNobody(pot, isEarned ? 'rounding' : 'unearned', potAlpha - usedAlpha)
}

function ofNobody(pot: PayoutPot, reason: PayoutReason, alpha: Alpha): PayoutLine<never> {
  return { pot, reason, hotkey: null, coldkey: null, through: null, alpha }
}

function sumOf(lines: readonly { readonly alpha: Alpha }[]): Alpha {
  return lines.reduce((sum, { alpha }) => sum + alpha, 0n)
}
