import { referencePolicy } from 'subnetkit/emission'
import { epochFunction } from 'subnetkit/engine'
import { Ledger, type TestCall } from 'subnetkit/ledger'
import { SeededRandom } from 'subnetkit/math'
import { type Coldkey, type Hotkey, type Netuid, parseTao, valueRao } from 'subnetkit/units'
import { besides, type ShareOfBlock } from './besides.js'
import { type Member, memberOf, SUBNETS } from './cast.js'
import { halfAndHalf } from './halfAndHalf.js'
import { economySettings } from './settings.js'

/** A subnet as of a block; `null` while it is not there. */
export interface SubnetSample {
  readonly price: number
  /** By which the chain shares TAO, and by which it prunes. */
  readonly averagePrice: number
  readonly share: number
  readonly asideShare: number
}

export interface Sample {
  readonly block: number
  readonly subnets: readonly (SubnetSample | null)[]
}

export interface EconomyRun {
  readonly blocks: number
  readonly samples: readonly Sample[]
  /** Who made room for whom, by place in `SUBNETS`. */
  readonly pruned: readonly { readonly block: number; readonly at: number; readonly by: number }[]
  /** Calls that the rules refused, by error. */
  readonly refused: ReadonlyMap<string, number>
  /** What `invariants` says at the end: nothing. */
  readonly broken: readonly string[]
}

/** What a validator does not sell: its say comes from it. */
const KEPT_ALPHA = parseTao(20)

/** Blocks between two rounds: an epoch pays, then miner, validator and owner sell nine tenths of their pay, and customers buy and hold. */
const ROUND_BLOCKS = 20
const SAMPLE_BLOCKS = 10

/** Plays the economy: same seed, same run. PERF: some milliseconds per round. */
export function runEconomy({ blocks, seed }: { blocks: number; seed: string }): EconomyRun {
  const play = new Play(blocks, seed)
  for (let block = 1; block <= blocks; block++) play.makeBlock(block)
  return play.told()
}

class Play {
  readonly #blocks: number
  readonly #ledger: Ledger
  readonly #random: SeededRandom
  readonly #members: readonly Member[] = SUBNETS.map(memberOf)
  readonly #samples: Sample[] = []
  readonly #pruned: { block: number; at: number; by: number }[] = []
  readonly #refused = new Map<string, number>()
  #shares: readonly ShareOfBlock[] = []

  constructor(blocks: number, seed: string) {
    this.#blocks = blocks
    this.#random = new SeededRandom(seed)
    const endowments = this.#members.flatMap(({ owner, miner, validator, customer }) =>
      [owner, miner, validator, customer].map((address) => ({ address, balanceRao: parseTao(20_000) })),
    )
    const policy = besides(referencePolicy, halfAndHalf, (shares) => {
      this.#shares = shares
    })
    this.#ledger = new Ledger(
      { config: economySettings(blocks), endowments: endowments, seed },
      { runEpoch: epochFunction(), policy },
    )
  }

  makeBlock(block: number): void {
    this.#shares = []
    const calls = this.#members.flatMap((member, at) => this.#callsOf(member, at, block))
    const { receipts } = this.#ledger.finalizeBlock(calls.map((call) => this.#ledger.testCall(call)))
    this.#ledger.commit()
    for (const { refusal } of receipts) {
      if (refusal !== null) this.#refused.set(refusal.error, (this.#refused.get(refusal.error) ?? 0) + 1)
    }
    this.#note(
      block,
      receipts.flatMap(({ events }) => events),
    )
    if (block % SAMPLE_BLOCKS === 0)
      this.#samples.push({ block, subnets: this.#members.map((member) => this.#sampleOf(member)) })
  }

  told(): EconomyRun {
    const { broken } = this.#ledger.query('invariants', {})
    return {
      blocks: this.#blocks,
      samples: this.#samples,
      pruned: this.#pruned,
      refused: this.#refused,
      broken,
    }
  }

  #callsOf(member: Member, at: number, block: number): TestCall[] {
    // One a block, since the second in a block would cost twice as much.
    const founded = 1 + Math.floor(member.comesAt * this.#blocks) + ROUND_BLOCKS * at
    if (block === founded) {
      return [{ signer: member.owner, name: 'registerSubnet', args: { hotkey: member.ownerHotkey } }]
    }
    const { netuid } = member
    if (netuid === null) return []
    const delay = economySettings(this.#blocks).startCallDelayBlocks
    if (block === founded + Math.max(1, delay)) return this.#opening(member, netuid)
    return block > founded + delay + ROUND_BLOCKS && block % ROUND_BLOCKS === 1
      ? this.#round(member, netuid)
      : []
  }

  #opening({ owner, miner, validator, minerHotkey, validatorHotkey }: Member, netuid: Netuid): TestCall[] {
    return [
      { signer: owner, name: 'startSubnet', args: { netuid } },
      { signer: miner, name: 'registerNeuron', args: { netuid, hotkey: minerHotkey, limitRao: null } },
      {
        signer: validator,
        name: 'registerNeuron',
        args: { netuid, hotkey: validatorHotkey, limitRao: null },
      },
      {
        signer: validator,
        name: 'addStake',
        args: { netuid, hotkey: validatorHotkey, amountRao: parseTao(20) },
      },
    ]
  }

  #round(member: Member, netuid: Netuid): TestCall[] {
    const { customer, validator, validatorHotkey, miner, minerHotkey, owner, ownerHotkey } = member
    const minerUid = this.#ledger.query('uid', { netuid, hotkey: minerHotkey })
    const weights: TestCall = {
      signer: validatorHotkey,
      name: 'setWeights',
      args: { netuid, uids: [minerUid ?? 0], values: [65_535], versionKey: 0 },
    }
    const spent = Math.round(member.spendsTao * (0.5 + this.#random.float()) * 1e9)
    const purchase: TestCall = {
      signer: customer,
      name: 'addStake',
      args: { netuid, hotkey: validatorHotkey, amountRao: BigInt(spent) },
    }
    return [
      ...(minerUid === null ? [] : [weights]),
      ...this.#sale(miner, minerHotkey, netuid),
      ...this.#sale(owner, ownerHotkey, netuid),
      ...this.#sale(validator, validatorHotkey, netuid, KEPT_ALPHA),
      ...(spent === 0 ? [] : [purchase]),
    ]
  }

  /** Nine tenths of what somebody has beyond what it keeps. */
  #sale(coldkey: Coldkey, hotkey: Hotkey, netuid: Netuid, keptAlpha = 0n): TestCall[] {
    const { positionAlpha } = this.#ledger.query('stake', { netuid, hotkey, coldkey: coldkey })
    const amountAlpha = ((positionAlpha - keptAlpha) * 9n) / 10n
    if (amountAlpha < parseTao('0.1')) return []
    return [{ signer: coldkey, name: 'removeStake', args: { netuid, hotkey, amountAlpha } }]
  }

  #note(
    block: number,
    events: readonly { readonly name: string; readonly netuid: Netuid | null; readonly data: object }[],
  ): void {
    for (const { name, netuid, data } of events) {
      if (name !== 'NetworkAdded') continue
      const by = this.#members.findIndex(({ ownerHotkey }) => 'hotkey' in data && data.hotkey === ownerHotkey)
      const at = this.#members.findIndex((member) => member.netuid === netuid)
      if (at >= 0) {
        this.#members[at]!.netuid = null
        this.#pruned.push({ block, at, by })
      }
      this.#members[by]!.netuid = netuid
    }
  }

  #sampleOf({ netuid }: Member): SubnetSample | null {
    const subnet = netuid === null ? null : this.#ledger.query('subnet', { netuid })
    if (subnet === null) return null
    const shares = this.#shares.find((share) => share.netuid === netuid)
    return {
      price: Number(valueRao(10n ** 9n, subnet.priceBits)) / 1e9,
      averagePrice: Number(subnet.movingPriceBits) / 2 ** 64,
      share: shares?.share ?? 0,
      asideShare: shares?.asideShare ?? 0,
    }
  }
}
