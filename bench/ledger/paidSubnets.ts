// Chains of subnets in which everybody is paid: each neuron has an owner of its own, 64 validators say something of all 256. What they do is the same on every
// machine, and its digest is compared, so that a ledger that does less cannot look fast.
import type { PresetOverrides } from 'subnetkit/chain'
import { epochFunction } from 'subnetkit/engine'
import { type FinalizedBlock, Ledger, type OpenedCall } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { timeNaive } from '../naiveYuma.mjs'
import { checkDigest, digestOfAll, fail } from '../support/digest.js'
import { collectGarbage, report, rounded } from '../support/measure.js'
import { benchPreset, checkInvariants } from './chains.js'
import { Account } from './unsigned.js'

export const NEURONS = 256
export const VALIDATORS = 64
const TAO = 10n ** 9n
/** Blocks of a year, of 12 seconds each. */
export const YEAR_BLOCKS = 2_628_000
export const TEMPO_BLOCKS = 360

const TARGETS = Array.from({ length: NEURONS }, (_, uid) => uid)
/** Uids of the validators: not the owner's, which lives on its cut and says nothing. */
export const SPEAKERS = TARGETS.slice(1, VALIDATORS + 1)

export class PaidSubnets {
  readonly ledger: Ledger
  readonly #founder = new Account(1, 0)
  readonly #owners = TARGETS.map((uid) => new Account(2, uid))
  /** By subnet and uid. */
  readonly #hotkeys: readonly (readonly Account[])[]

  /** Registers and starts the subnets, with stake on the validators; half a tempo later they have permits. */
  constructor(subnets: number, { config, hyperparameters }: PresetOverrides = {}) {
    const preset = benchPreset({
      // One permit is the owner's.
      hyperparameters: {
        tempoBlocks: TEMPO_BLOCKS,
        maxAllowedValidators: VALIDATORS + 1,
        ...hyperparameters,
      },
      // The price of a subnet falls back to the least at once: it would double with each otherwise.
      config: {
        networkMinLockRao: 1_000n * TAO,
        lockReductionIntervalBlocks: 1,
        subnetLimit: Math.max(subnets, 1),
        ...config,
      },
    })
    const endowments = [
      { address: this.#founder.address, balanceRao: 1_000_000n * TAO },
      ...this.#owners.map(({ address }) => ({ address, balanceRao: 2_000n * TAO })),
    ]
    this.ledger = new Ledger({ config: preset.config, endowments }, { runEpoch: epochFunction() })
    this.#hotkeys = Array.from({ length: subnets }, (_, subnet) =>
      TARGETS.map((uid) => new Account(3, subnet * NEURONS + uid)),
    )
    this.#found()
  }

  #found(): void {
    const { ledger } = this
    for (const [subnet, [hotkey]] of this.#hotkeys.entries()) {
      const founding = { hotkey: asHotkey((hotkey as Account).address) }
      this.make([this.#founder.call(ledger, 'registerSubnet', founding)])
      this.make([this.#founder.call(ledger, 'startSubnet', { netuid: subnet + 1 })])
    }
    for (const [uid, owner] of this.#owners.entries()) {
      if (uid === 0) continue
      const ofAll = this.#hotkeys.map((hotkeys, subnet) => {
        const hotkey = asHotkey((hotkeys[uid] as Account).address)
        return owner.call(ledger, 'registerNeuron', { netuid: subnet + 1, hotkey, limitRao: null })
      })
      this.make(ofAll)
    }
    for (const uid of SPEAKERS) {
      const staker = this.#owners[uid] as Account
      const ofAll = this.#hotkeys.map((hotkeys, subnet) => {
        const hotkey = asHotkey((hotkeys[uid] as Account).address)
        return staker.call(ledger, 'addStake', { netuid: subnet + 1, hotkey, amountRao: 5n * TAO })
      })
      this.make(ofAll)
    }
    const { tempoBlocks } = ledger.config.hyperparameters
    for (let count = 0; count < 2 * tempoBlocks; count++) this.make()
    // What the owners' neurons earned alone would outvote all validators.
    for (const [hotkey] of this.#hotkeys) {
      this.make([this.#founder.call(ledger, 'unstakeAll', { hotkey: asHotkey((hotkey as Account).address) })])
    }
  }

  /** Makes and commits a block. A call that is refused ends the run. */
  make(calls: readonly OpenedCall[] = []): FinalizedBlock {
    const made = this.ledger.finalizeBlock(calls)
    this.ledger.commit()
    for (const { refusal } of made.receipts)
      if (refusal !== null) fail(`a call was refused: ${refusal.error}`)
    if (made.dropped.length > 0) fail(`a call was dropped: ${made.dropped[0]?.refusal.error}`)
    return made
  }

  /** Weights of one validator on all neurons of a subnet; no two rounds and no two validators the same. */
  weights(netuid: number, uid: number, round: number): OpenedCall {
    const values = TARGETS.map((to) => 1 + ((to * 7_919 + uid * 31 + netuid * 131 + round * 1_009) % 65_535))
    const hotkey = this.#hotkeys[netuid - 1]?.[uid] as Account
    return hotkey.call(this.ledger, 'setWeights', { netuid, uids: TARGETS, values, versionKey: 0 })
  }

  /** The same of all its validators. */
  allWeights(netuid: number, round: number): OpenedCall[] {
    return SPEAKERS.map((uid) => this.weights(netuid, uid, round))
  }

  /** Share of the validators that the last epochs counted as active. */
  activeShare(): number {
    let active = 0
    for (const netuid of this.#hotkeys.keys()) {
      const view = this.ledger.query('metagraph', { netuid: netuid + 1 })
      for (const uid of SPEAKERS) active += view?.active[uid] ?? 0
    }
    return rounded(active / (this.#hotkeys.length * VALIDATORS))
  }

  /** Holds what the chain has come to to what is recorded, and to its invariants. */
  check(id: string): void {
    checkInvariants(this.ledger)
    const digests = [...this.#hotkeys.keys()].map((at) => {
      const view = this.ledger.query('metagraph', { netuid: at + 1 })
      if (view === null) fail(`there is no subnet ${at + 1}`)
      const { lastUpdate, stakeAlpha, incentiveU16, dividendsU16, emissionAlpha, weights, bonds } = view
      return digestOfAll([
        ...[lastUpdate, stakeAlpha, incentiveU16, dividendsU16, emissionAlpha],
        ...[weights.column, weights.value, bonds.rowStart, bonds.column, bonds.value],
      ])
    })
    checkDigest(id, digests)
  }
}

/** Time of the plain JavaScript epoch of 64 x 256: what the goals are counted in. */
export function naiveUs(): number {
  collectGarbage()
  return timeNaive({ validators: VALIDATORS, n: NEURONS, rounds: 2 }).medianUs
}

/** Prints a row with its time in naive epochs. */
export function reportGoal(
  row: { readonly medianUs: number } & Readonly<Record<string, unknown>>,
  plainUs: number,
): void {
  const { medianUs } = row
  report({
    ...row,
    medianUs: rounded(medianUs),
    baselineUs: rounded(plainUs),
    ratio: rounded(medianUs / plainUs),
  })
}
