import type { Ledger, TestCall } from '../ledger/index.js'
import {
  type Alpha,
  type Coldkey,
  type Hotkey,
  type Netuid,
  type Rao,
  U16_MAX,
  valueRao,
} from '../units/index.js'
import { call } from './call.js'
import { type Cast, numbers, type SubnetCast, uidOfMiner } from './cast.js'
import { drift, noiseAt } from './noise.js'
import type { SimulationPlan } from './options.js'

/** What the noise is for. */
const [QUALITY, QUALITY_DRIFT, OPINION, DEMAND, DEMAND_DRIFT] = [0, 1, 2, 3, 4]

/** Rounds of weights in which a miner's quality goes half of its way from one level to another, and rounds of trade the same of a demand. */
const [QUALITY_ROUNDS, DEMAND_ROUNDS] = [8, 40]

/** How far validators are apart about one miner. */
const OPINION_SPREAD = 0.1

/** Part of what people have that the greatest demand spends in a round of trade, in a thousandth; the greatest dislike sells as much of what they hold on a validator. */
const SPENT_PERMILLE = 20

/** Miners of a subnet that sell in a round of trade; their turns come round. */
const SELLERS = 4
/** Owners and miners sell so many tenths of their pay. */
const SOLD_TENTHS = 9n
/** Less is not worth a trade. */
const LEAST_TRADE_RAO = 10_000_000n

/** Everything that decides what neurons and people of a simulation do. */
export interface Scene {
  readonly plan: SimulationPlan
  readonly cast: Cast
  /** What the noise follows from. */
  readonly seed: number
  /** Blocks after the first weights in which nobody speaks again. */
  readonly pauseBlocks: number
}

/**
 * What a miner's work is worth in a round of weights, 0 to 1: half of it is the miner's own and stays, half drifts. To the fourth power, so that few are much better than
 * most.
 */
function qualityOf({ seed }: Scene, subnet: number, miner: number, round: number): number {
  const own = noiseAt(seed, QUALITY, subnet, miner)
  const now = drift(seed, round / QUALITY_ROUNDS, QUALITY_DRIFT, subnet, miner)
  const level = (own + now) / 2
  return level * level * level * level
}

/** How much people want a subnet's alpha in a round of trade: above 0 they buy, below they sell; -1 to 1. Two thirds are the subnet's own, the rest drifts. */
function demandOf({ seed }: Scene, subnet: number, round: number): number {
  const own = noiseAt(seed, DEMAND, subnet)
  const now = drift(seed, round / DEMAND_ROUNDS, DEMAND_DRIFT, subnet)
  return (4 * own + 2 * now) / 3 - 1
}

/** What all validators of a subnet say in a round: each sees what the miners are worth, a little off. */
export function weightCalls(scene: Scene, subnet: SubnetCast, round: number): TestCall[] {
  const { plan, cast, seed } = scene
  const miners = numbers(plan.miners)
  const uids = miners.map((miner) => uidOfMiner(plan, miner))
  const at = subnet.netuid - 1
  const quality = miners.map((miner) => qualityOf(scene, at, miner, round))
  return cast.validators.map(({ hotkey }, validator) => {
    const values = quality.map((worth, miner) => {
      const seen = worth * (1 - OPINION_SPREAD * noiseAt(seed, OPINION, at, miner, validator, round))
      return 1 + Math.floor((U16_MAX - 1) * seen)
    })
    return call(hotkey, 'setWeights', { netuid: subnet.netuid, uids, values, versionKey: 0 })
  })
}

/**
 * A round of trade on a subnet: its owner and some of its miners sell most of what they were paid, and people buy alpha, or sell some, as much as they like the subnet.
 * PERF: a query per sale.
 */
export function tradeCalls(scene: Scene, ledger: Ledger, subnet: SubnetCast, round: number): TestCall[] {
  const { netuid, founder, founderHotkey, people, miners } = subnet
  const priceBits = ledger.query('subnet', { netuid })?.priceBits ?? 0n
  const sale = (coldkey: Coldkey, hotkey: Hotkey, part: (held: Alpha) => Alpha): TestCall[] => {
    const { positionAlpha } = ledger.query('stake', { netuid, hotkey, coldkey })
    const amountAlpha = part(positionAlpha)
    if (valueRao(amountAlpha, priceBits) < LEAST_TRADE_RAO) return []
    return [call(coldkey, 'removeStake', { netuid, hotkey, amountAlpha })]
  }
  const most = (held: Alpha): Alpha => (held * SOLD_TENTHS) / 10n
  const turn = numbers(Math.min(SELLERS, miners.length)).flatMap((place) => {
    const hotkey = miners[(round * SELLERS + place) % miners.length]
    return hotkey === undefined ? [] : sale(people, hotkey, most)
  })
  return [
    ...sale(founder, founderHotkey, most),
    ...turn,
    ...peopleCalls(scene, { ledger, subnet, round, netuid, sale }),
  ]
}

interface Market {
  readonly ledger: Ledger
  readonly subnet: SubnetCast
  readonly round: number
  readonly netuid: Netuid
  readonly sale: (coldkey: Coldkey, hotkey: Hotkey, part: (held: Alpha) => Alpha) => TestCall[]
}

/** People put alpha behind one validator after the other, and take it away from there. */
function peopleCalls(scene: Scene, { ledger, subnet, round, netuid, sale }: Market): TestCall[] {
  const { people } = subnet
  const { validators } = scene.cast
  const hotkey = validators[round % validators.length]?.hotkey
  if (hotkey === undefined) return []
  const demand = demandOf(scene, netuid - 1, round)
  const partOf = (amount: bigint): bigint =>
    (amount * BigInt(Math.floor(SPENT_PERMILLE * 1_000 * Math.abs(demand)))) / 1_000_000n
  if (demand < 0) return sale(people, hotkey, partOf)
  const amountRao: Rao = partOf(ledger.query('account', { address: people }).balanceRao)
  return amountRao < LEAST_TRADE_RAO ? [] : [call(people, 'addStake', { netuid, hotkey, amountRao })]
}
