import { assert } from '../errors/index.js'
import type { FinalizedBlock, Ledger } from '../ledger/index.js'
import type { BlockNumber, Netuid } from '../units/index.js'
import { blankColumns, type FrameColumns, type SimulationFrame } from './frames.js'
import { MOST_NEURONS } from './options.js'

const ONE_U64F64 = 0x1_0000_0000 * 0x1_0000_0000

/** What happened since the last frame, summed up; made into a frame, it begins anew. */
export class Interval {
  readonly #subnets: number
  readonly #validators: number
  #sums: FrameColumns
  /** Pay of each neuron in its role, by subnet and uid. */
  #pay: BigUint64Array

  /** @param validators - how many there are: theirs are the uids from 1. */
  constructor(subnets: number, validators: number) {
    this.#subnets = subnets
    this.#validators = validators
    this.#sums = blankColumns(subnets)
    this.#pay = new BigUint64Array(subnets * MOST_NEURONS)
  }

  /** Adds what a block did. PERF: a step per event. */
  add({ events, receipts }: FinalizedBlock, refusedOn: (position: number) => Netuid): void {
    for (const { name, netuid, data } of events) {
      if (netuid === null) continue
      if (name === 'EmissionPaid') this.#addPay(netuid - 1, data)
      if (name === 'EpochRan') this.#count('epochs', netuid - 1)
    }
    for (const [position, receipt] of receipts.entries()) {
      if (receipt.refusal !== null) this.#count('refusedCalls', refusedOn(position) - 1)
      for (const { name, netuid, data } of receipt.events) {
        if (netuid === null || netuid === 0) continue
        if (name === 'StakeAdded') grow(this.#sums.boughtRao, netuid - 1, data.amountRao)
        if (name === 'StakeRemoved') grow(this.#sums.soldRao, netuid - 1, data.amountRao)
      }
    }
  }

  /** The network as it is, and what was summed up. PERF: a query per subnet. */
  frame(ledger: Ledger, block: BlockNumber): SimulationFrame {
    const columns = this.#sums
    const { totalIssuanceRao, blockEmissionRao } = ledger.query('totals', {})
    for (let at = 0; at < this.#subnets; at++) {
      const subnet = ledger.query('subnet', { netuid: at + 1 })
      assert(subnet !== null, 'no subnet of a simulation is dissolved')
      const { taoInRao, excessRao } = subnet.lastInjection
      columns.block[at] = block
      columns.netuid[at] = at + 1
      columns.price[at] = Number(subnet.priceBits) / ONE_U64F64
      columns.movingPrice[at] = Number(subnet.movingPriceBits) / ONE_U64F64
      columns.emissionShare[at] =
        blockEmissionRao === 0n ? 0 : Number(taoInRao + excessRao) / Number(blockEmissionRao)
      columns.subnetTaoRao[at] = subnet.subnetTaoRao
      columns.alphaIn[at] = subnet.alphaIn
      columns.alphaOut[at] = subnet.alphaOut
      columns.totalIssuanceRao[at] = totalIssuanceRao
      this.#fillPaid(at)
    }
    this.#sums = blankColumns(this.#subnets)
    this.#pay.fill(0n)
    return { block, columns }
  }

  /** What was summed up, for a snapshot. */
  encode(): Uint8Array[] {
    return [...SUMMED.map((name) => bytesOf(this.#sums[name])), bytesOf(this.#pay)]
  }

  /** Goes on from what {@link encode} gave. @returns whether it is of this size. */
  load(parts: readonly Uint8Array[]): boolean {
    const targets = [...SUMMED.map((name) => this.#sums[name]), this.#pay]
    if (parts.length !== targets.length) return false
    return targets.every((target, at) => {
      const part = parts[at]
      if (part?.length !== target.byteLength) return false
      bytesOf(target).set(part)
      return true
    })
  }

  #addPay(at: number, { kind, uid, amountAlpha }: Paid): void {
    const isRoots = kind === 'rootDividend' || kind === 'rootTake'
    if (kind === 'ownerCut') grow(this.#sums.ownerAlpha, at, amountAlpha)
    else if (kind === 'incentive') grow(this.#sums.minersAlpha, at, amountAlpha)
    else grow(isRoots ? this.#sums.rootAlpha : this.#sums.validatorsAlpha, at, amountAlpha)
    if (kind !== 'ownerCut' && uid !== null) grow(this.#pay, at * MOST_NEURONS + uid, amountAlpha)
  }

  #count(name: 'epochs' | 'refusedCalls', at: number): void {
    const counts = this.#sums[name]
    counts[at] = (counts[at] ?? 0) + 1
  }

  #fillPaid(at: number): void {
    const columns = this.#sums
    const first = at * MOST_NEURONS
    const firstMiner = first + 1 + this.#validators
    const paid = (pay: BigUint64Array): number =>
      pay.reduce((count, alpha) => count + (alpha > 0n ? 1 : 0), 0)
    const ofMiners = this.#pay.subarray(firstMiner, first + MOST_NEURONS)
    columns.paidValidators[at] = paid(this.#pay.subarray(first + 1, firstMiner))
    columns.paidMiners[at] = paid(ofMiners)
    const most = ofMiners.reduce((highest, alpha) => (alpha > highest ? alpha : highest), 0n)
    const all = columns.minersAlpha[at] ?? 0n
    columns.topMinerShare[at] = all === 0n ? 0 : Number(most) / Number(all)
  }
}

interface Paid {
  readonly kind: string
  readonly uid: number | null
  readonly amountAlpha: bigint
}

/** The columns that grow from frame to frame; the others are looked up. */
const SUMMED = [
  'ownerAlpha',
  'minersAlpha',
  'validatorsAlpha',
  'rootAlpha',
  'epochs',
  'boughtRao',
  'soldRao',
  'refusedCalls',
] as const

function grow(column: BigUint64Array, at: number, by: bigint): void {
  column[at] = (column[at] ?? 0n) + by
}

const bytesOf = ({ buffer, byteOffset, byteLength }: BigUint64Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
