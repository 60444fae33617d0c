import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { localnetPreset } from '../../../src/chain/index.js'
import { addressOf, hexOf } from '../../../src/crypto/index.js'
import { epochFunction } from '../../../src/engine/index.js'
import {
  type BlockInput,
  type ChainSettings,
  type FinalizedBlock,
  Ledger,
  type OpenedCall,
} from '../../../src/ledger/index.js'
import { type AccountId, accountOf } from '../../../src/ledger/state/account.js'
import { neurons, shares, subnets } from '../../../src/ledger/state/tables.js'
import { SeededRandom } from '../../../src/math/index.js'
import { RAO_PER_TAO } from '../../../src/units/index.js'
import { MemoryStore } from '../MemoryStore.js'
import { checkRefusal } from './checkRefusal.js'
import { figuresOf, type MoneyFigures } from './MoneyFigures.js'
import { RandomCalls } from './RandomCalls.js'

const COLDKEYS = 12
const HOTKEYS_EACH = 4
/** Blocks after which the twin is thrown away, and one restored from a snapshot goes on. */
const RESTORE_EVERY_BLOCKS = 100

const accountNamed = (name: string) => addressOf(sha256(utf8ToBytes(name)))

const people = {
  coldkeys: Array.from({ length: COLDKEYS }, (_, at) => accountNamed(`coldkey ${at}`)),
  hotkeys: Array.from({ length: COLDKEYS * HOTKEYS_EACH }, (_, at) => accountNamed(`hotkey ${at}`)),
  root: accountNamed('root'),
  spares: Array.from({ length: 3 }, (_, at) => accountNamed(`spare ${at}`)),
}

/** Theirs by account. */
const ADDRESSES = new Map(
  [...people.coldkeys, ...people.hotkeys].map((address) => [accountOf(address), address]),
)

/** Twenty subnets at most, and every clock so short that whatever a rule waits for comes. */
const { config } = localnetPreset({
  chainId: 'economy',
  config: {
    testOriginAllowed: true,
    callOrder: 'given',
    rootKey: people.root,
    subnetLimit: 20,
    networkMinLockRao: 20n * RAO_PER_TAO,
    networkImmunityBlocks: 60,
    lockReductionIntervalBlocks: 20,
    initialBurnRao: RAO_PER_TAO / 10n,
    maxAllowedUidsCeiling: 12,
    maxEpochsPerBlock: 3,
    timelockRevealsPerBlock: 3,
    adminFreezeWindowBlocks: 1,
    ownerHyperparamRateLimitTempos: 0,
    movingAlphaBits: 2n ** 29n,
    nominatorMinStakeFactor: 1_000_000n,
    stakeThresholdRao: 1_000_000n,
    setChildrenRateLimitBlocks: 3,
    pendingChildkeyCooldownBlocks: 6,
    childkeyTakeRateLimitBlocks: 5,
    takeRateLimitBlocks: 5,
    mechanismRateLimitBlocks: 5,
    trimRateLimitBlocks: 20,
    coldkeySwapDelayBlocks: 2,
    coldkeySwapReannouncementDelayBlocks: 2,
    hotkeySwapRateLimitBlocks: 3,
    hotkeySwapOnSubnetIntervalBlocks: 5,
    unlockRateBlocks: 400,
    maturityRateBlocks: 300,
    callWindowBlocks: 16,
  },
  hyperparameters: {
    tempoBlocks: 7,
    immunityPeriodBlocks: 8,
    maxAllowedUids: 8,
    minAllowedUids: 1,
    minNonImmuneUids: 1,
    maxAllowedValidators: 4,
    weightsSetRateLimitBlocks: 0,
    servingRateLimitBlocks: 2,
    burnHalfLifeBlocks: 5,
    emaPriceHalvingBlocks: 20,
  },
} as never)

const endowments = people.coldkeys.map((address, at) => ({
  address,
  balanceRao: BigInt(at + 1) * 10n ** 13n,
}))

/** A block of the run, and what there was before and after it. */
export interface RunBlock {
  readonly made: FinalizedBlock
  readonly before: MoneyFigures
  readonly after: MoneyFigures
  readonly milliseconds: number
}

/**
 * Makes blocks of random calls with three ledgers. The first takes all calls. The mirror, from genesis on, takes those that the first applied: since calls
 * of test origin have no nonce, both have one state unless a refused call left something. The twin takes all calls too and is restored from the
 * first one's snapshot now and then: both make the same headers.
 */
export class EconomyRun {
  readonly #store = new MemoryStore()
  readonly ledger: Ledger
  readonly #mirror: Ledger
  #twin: Ledger
  readonly #random: SeededRandom
  readonly #calls: RandomCalls
  #figures: MoneyFigures
  callCount = 0

  /** @param settings - of the chain, beside those that all runs have. */
  constructor(seed: string, settings: Partial<ChainSettings> = {}) {
    const genesis = { config: { ...config, ...settings }, endowments }
    this.ledger = new Ledger(genesis, { runEpoch: epochFunction(), store: this.#store })
    this.#mirror = new Ledger(genesis, { runEpoch: epochFunction() })
    this.#twin = new Ledger(genesis, { runEpoch: epochFunction() })
    this.#figures = figuresOf(this.#store)
    this.#random = new SeededRandom(seed)
    this.#calls = new RandomCalls(this.#random.fork('calls'), people)
  }

  /** @throws Error naming the block in which the three ledgers part. */
  next(): RunBlock {
    const calls = this.#someCalls()
    const input = this.#someInput()
    const before = this.#figures
    const start = performance.now()
    const made = this.ledger.finalizeBlock(calls, input)
    this.ledger.commit()
    const milliseconds = performance.now() - start
    this.#figures = figuresOf(this.#store)
    this.#compare(made, calls, input)
    return { made, before, after: this.#figures, milliseconds }
  }

  #someCalls(): OpenedCall[] {
    const { netuids, block } = this.ledger.query('totals', {})
    const around = {
      block,
      netuids,
      // Those of a subnet's account are left out: nobody can sign for it.
      positions: [...this.#store.range(shares, [])].flatMap(([[netuid, hotkey, coldkey]]) => {
        const signer = ADDRESSES.get(coldkey)
        return signer === undefined ? [] : [{ netuid, hotkey: ADDRESSES.get(hotkey)!, coldkey: signer }]
      }),
      neurons: (netuid: number) =>
        (this.#store.get(neurons, [netuid])?.hotkey ?? []).map((hotkey) => ADDRESSES.get(hotkey)!),
      owner: (netuid: number) => ADDRESSES.get(this.#store.get(subnets, [netuid])?.owner as AccountId),
    }
    const count = this.#random.int(81)
    this.callCount += count
    return Array.from({ length: count }, () => this.ledger.testCall(this.#calls.next(around)))
  }

  #someInput(): BlockInput {
    const random = this.#random
    const claimSeed = hexOf(Uint8Array.from({ length: 32 }, () => random.int(256)))
    // A round of the beacon has the number of its block; some never come.
    const round = this.ledger.info().head.number + 1
    const pulses = random.int(3) === 0 ? [{ round }] : []
    const author = random.int(3) === 0 ? random.pick(people.coldkeys) : null
    return { claimSeed, pulses, ...(author === null ? {} : { author }) }
  }

  #compare(
    { header, receipts, dropped }: FinalizedBlock,
    calls: readonly OpenedCall[],
    input: BlockInput,
  ): void {
    const where = `at block ${header.number}`
    if (dropped.length > 0) throw new Error(`${dropped[0]?.refusal.error} dropped a call ${where}`)
    for (const { refusal } of receipts) if (refusal !== null) checkRefusal(refusal)
    const applied = calls.filter((_, at) => receipts[at]?.refusal === null)
    const mirrored = this.#mirror.finalizeBlock(applied, input)
    this.#mirror.commit()
    if (mirrored.header.stateHash !== header.stateHash) {
      throw new Error(`a refused call changed the state ${where}`)
    }
    const again = this.#twin.finalizeBlock(calls, input)
    this.#twin.commit()
    if (again.header.hash !== header.hash) throw new Error(`the same calls made another block ${where}`)
    if (header.number % RESTORE_EVERY_BLOCKS === 0) {
      this.#twin = Ledger.restore(this.ledger.snapshot(), { runEpoch: epochFunction() })
    }
  }
}
