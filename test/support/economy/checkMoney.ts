import { expect } from 'vitest'
import {
  alphaEmission,
  blockEmissionRao,
  isRootSelling,
  type ParticipantSplit,
  rootProportionBits,
  splitAmongParticipants,
} from '../../../src/emission/index.js'
import { type LedgerEvent, REFERENCE_SETTINGS } from '../../../src/ledger/index.js'
import type { Netuid } from '../../../src/units/index.js'
import { eventsOf } from '../events.js'
import type { RunBlock } from './EconomyRun.js'
import type { MoneyFigures, SubnetFigures } from './MoneyFigures.js'

const OWNER_CUT_U16 = 11_796

/** What a block did to the money of a subnet that was there before and is there after it, by hand from what was before. */
interface Expected {
  readonly mintedAlpha: bigint
  readonly split: ParticipantSplit
  /** Root's part where root does not sell: never minted. */
  readonly unsoldAlpha: bigint
}

/**
 * Holds a block to what must be so of every block: TAO is conserved, what was minted and recycled is all that changed the sum of a subnet's
 * alpha, and no epoch pays more than waited for it but for what the reference rounds up.
 */
export function checkMoney(block: RunBlock): void {
  const events = [...block.made.events, ...block.made.receipts.flatMap((receipt) => receipt.events)]
  checkIssuance(block, events)
  const { before, after } = block
  const emitting = [...before.subnets.values()].filter(({ emits }) => emits)
  const isSelling = isRootSelling(emitting.map(({ movingPriceBits }) => movingPriceBits))
  const ended = new Set(eventsOf(events, 'NetworkRemoved').map(({ netuid }) => netuid))
  let injectedRao = 0n
  for (const [netuid, now] of after.subnets) {
    const then = before.subnets.get(netuid)
    if (then === undefined || ended.has(netuid)) continue
    if (then.emits) injectedRao += now.injectedRao + now.waiting.taoRao - then.waiting.taoRao
    const expected = expectedOf(before, then, now, isSelling)
    checkAlpha(netuid, then, now, expected, events)
    checkPay(netuid, then, now, expected, isSelling, block.made.events)
  }
  expect(injectedRao).toBeLessThanOrEqual(blockEmissionRao(before.totalIssuanceRao))
  // On root an alpha is a TAO.
  expect(after.rootAlphaOut).toBe(after.rootTaoRao)
  expect(eventsOf(block.made.events, 'EpochRan').length).toBeLessThanOrEqual(3)
}

/** The issuance changes by what is minted, at most the block's emission, by what ended subnets and accounts lose, and by what tests give. */
function checkIssuance({ made, before, after }: RunBlock, events: readonly LedgerEvent[]): void {
  const given = made.receipts.some(
    ({ callName, refusal }) => callName === 'overrideBalance' && refusal === null,
  )
  if (given) return
  const lostRao =
    sumOf(eventsOf(events, 'NetworkRemoved').map(({ data }) => data.recycledRao)) +
    sumOf(eventsOf(events, 'DustLost').map(({ data }) => data.amountRao)) +
    sumOf(eventsOf(events, 'ColdkeySwapAnnounced').map(({ data }) => data.paidRao)) +
    sumOf(eventsOf(events, 'HotkeySwapped').map(() => REFERENCE_SETTINGS.keySwapCostRao)) +
    sumOf(eventsOf(events, 'HotkeySwappedOnSubnet').map(() => REFERENCE_SETTINGS.hotkeySwapOnSubnetCostRao))
  const mintedRao = after.totalIssuanceRao - before.totalIssuanceRao + lostRao
  expect(mintedRao).toBeGreaterThanOrEqual(0n)
  expect(mintedRao).toBeLessThanOrEqual(blockEmissionRao(before.totalIssuanceRao))
}

function expectedOf(
  before: MoneyFigures,
  then: SubnetFigures,
  now: SubnetFigures,
  isSelling: boolean,
): Expected {
  const mintedAlpha = then.emits ? alphaEmission(then.alphaIn, then.alphaOut + then.waiting.alpha) : 0n
  const split = splitAmongParticipants(mintedAlpha, {
    ownerCutU16: then.ownerCutEnabled ? OWNER_CUT_U16 : 0,
    rootProportionBits: rootProportionBits({
      rootTaoRao: before.rootTaoRao,
      alphaIn: then.alphaIn + now.injectedAlpha,
      alphaOut: then.alphaOut + mintedAlpha + now.waiting.alpha,
      taoWeightU64: before.taoWeightU64,
    }),
  })
  return { mintedAlpha, split, unsoldAlpha: isSelling ? 0n : split.rootAlpha }
}

function checkAlpha(
  netuid: Netuid,
  then: SubnetFigures,
  now: SubnetFigures,
  { mintedAlpha, unsoldAlpha }: Expected,
  events: readonly LedgerEvent[],
): void {
  const here = events.filter((event) => event.netuid === netuid)
  const injectedAlpha = then.emits ? now.injectedAlpha + now.waiting.alpha - then.waiting.alpha : 0n
  const recycledAlpha =
    unsoldAlpha +
    sumOf(eventsOf(here, 'MinerBurned').map(({ data }) => data.recycledAlpha)) +
    sumOf(eventsOf(here, 'NeuronRegistered').map(({ data }) => data.recycledAlpha)) +
    sumOf(eventsOf(here, 'AlphaRecycled').map(({ data }) => data.amountAlpha))
  const sumOfAlpha = ({ alphaIn, alphaOut, waiting }: SubnetFigures) => alphaIn + alphaOut + waiting.alpha
  const overdrawnAlpha = sumOfAlpha(now) - sumOfAlpha(then) - (injectedAlpha + mintedAlpha - recycledAlpha)
  if (overdrawnAlpha === 0n) return
  // After a coldkey swap that left what it claimed behind, root dividends are claimed twice, as on the reference: more is sold than is out, and no less than none stays out.
  const soldAlpha =
    sumOf(eventsOf(here, 'StakeRemoved').map(({ data }) => data.amountAlpha)) +
    sumOf(eventsOf(here, 'StakeSwapped').map(({ data }) => data.amountAlpha)) +
    sumOf(eventsOf(here, 'RootClaimed').map(({ data }) => (data.stakedRao === null ? 0n : data.amountAlpha)))
  expect([netuid, overdrawnAlpha > 0n]).toEqual([netuid, true])
  expect(overdrawnAlpha).toBeLessThanOrEqual(soldAlpha - then.alphaOut)
}

function checkPay(
  netuid: Netuid,
  { pending, n }: SubnetFigures,
  now: SubnetFigures,
  { split }: Expected,
  isSelling: boolean,
  events: readonly LedgerEvent[],
): void {
  const here = events.filter((event) => event.netuid === netuid)
  const rootAlpha = pending.rootAlpha + (isSelling ? split.rootAlpha : 0n)
  const serverAlpha = pending.serverAlpha + split.serverAlpha
  const validatorAlpha = pending.validatorAlpha + split.validatorAlpha
  const ownerCutAlpha = pending.ownerCutAlpha + split.ownerCutAlpha
  const [ran] = eventsOf(here, 'EpochRan')
  if (ran === undefined) {
    expect(now.pending).toEqual({ rootAlpha, serverAlpha, validatorAlpha, ownerCutAlpha })
    return
  }
  const emissionAlpha = rootAlpha + serverAlpha + validatorAlpha
  expect(ran.data.emissionAlpha).toBe(emissionAlpha)
  const paid = (...kinds: readonly string[]): bigint =>
    sumOf(
      eventsOf(here, 'EmissionPaid')
        .filter(({ data }) => kinds.includes(data.kind))
        .map(({ data }) => data.amountAlpha),
    )
  const withheld = sumOf(
    eventsOf(here, 'MinerBurned').map(({ data }) => data.burnedAlpha + data.recycledAlpha),
  )
  const incentiveAlpha = paid('incentive') + withheld
  expect(paid('ownerCut')).toBe(ownerCutAlpha)
  expect(incentiveAlpha).toBeLessThanOrEqual(serverAlpha + BigInt(n) * ((emissionAlpha >> 32n) + 2n))
  expect(paid('take', 'dividend')).toBeLessThanOrEqual(
    validatorAlpha + (incentiveAlpha === 0n ? serverAlpha : 0n),
  )
  expect(paid('rootTake', 'rootDividend')).toBeLessThanOrEqual(rootAlpha)
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n)
