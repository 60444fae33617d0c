import { check, optional, shape, text, wholeNumber } from '../checks/index.js'
import { keyPairFromUri } from '../crypto/index.js'
import {
  type ChainConfig,
  type ChainSettings,
  chainIdCheck,
  configShape,
  type Endowment,
  endowmentsCheck,
  type Hyperparameters,
  REFERENCE_HYPERPARAMETERS,
  REFERENCE_SETTINGS,
  someConfigShape,
  someHyperparametersShape,
} from '../ledger/index.js'
import { RAO_PER_TAO } from '../units/index.js'

/** A chain's settings under a name, with the pace of its blocks and who has money at the start. */
export interface Preset {
  readonly name: string
  /** Milliseconds between blocks; 0 means as fast as possible. */
  readonly blockMs: number
  readonly config: ChainConfig
  readonly endowed: readonly Endowment[]
}

/** What of a preset to change. */
export interface PresetOverrides {
  readonly chainId?: string
  readonly blockMs?: number
  readonly endowed?: readonly Endowment[]
  readonly config?: Partial<ChainSettings>
  readonly hyperparameters?: Partial<Hyperparameters>
}

const overridesShape = shape<PresetOverrides>({
  chainId: optional(chainIdCheck),
  blockMs: optional(wholeNumber()),
  endowed: optional(endowmentsCheck),
  config: optional(someConfigShape),
  hyperparameters: optional(someHyperparametersShape),
})

/** What a preset must be where a chain is started with one. */
export const presetShape = shape<Preset>({
  name: text({ min: 1 }),
  blockMs: wholeNumber(),
  config: configShape,
  endowed: endowmentsCheck,
})

/**
 * Every default of the reference chain: blocks of 12 s, epochs of 360 blocks, commit-reveal on, and emission
 * off until root allows it: the key that `rootKey` names, which is nobody's here. Nobody has money.
 */
export const referencePreset: Preset = {
  name: 'reference',
  blockMs: 12_000,
  endowed: [],
  config: {
    chainId: 'reference',
    ...REFERENCE_SETTINGS,
    hyperparameters: REFERENCE_HYPERPARAMETERS,
  },
}

/** Secret URIs of the accounts a localnet endows; everybody knows them. */
export const LOCALNET_ACCOUNTS = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'] as const

/** What each of them has. */
const LOCALNET_ENDOWMENT_RAO = 1_000_000n * RAO_PER_TAO

/** What a founder pays, which is TAO and alpha in the new pool: so deep that the stakes of a few neurons move a price by percents, not manyfold. */
const LOCALNET_LOCK_RAO = 100_000n * RAO_PER_TAO

/** Time locks that a block opens: with a pulse each, and one for each new round, well below a second of work, whatever somebody locks. */
const LOCALNET_REVEALS = 20

/** Price averages move by a tenth of what is left, a block: 0.1 times 2^32. */
const FAST_MOVING_ALPHA_BITS = 429_496_730n

/**
 * A chain for one machine, by the rules and the arithmetic of the reference: blocks of 250 ms, epochs of 10 blocks, short limits, no freeze
 * window, commit-reveal off, emission from the start, deep pools, price averages that follow prices within blocks instead of weeks,
 * loopback axons, at most 20 time locks opened in a block, and //Alice to //Ferdie (sr25519) with a million TAO each.
 *
 * @throws InvalidArgumentError naming the setting that is wrong or unknown.
 *
 * @example
 * ```ts
 * import { localnetPreset } from 'subnetkit/chain'
 *
 * localnetPreset({ blockMs: 1_000, hyperparameters: { tempoBlocks: 20 } })
 * ```
 */
export function localnetPreset(overrides: PresetOverrides = {}): Preset {
  check('overrides', overridesShape, overrides)
  return {
    name: 'localnet',
    blockMs: overrides.blockMs ?? 250,
    endowed: overrides.endowed ?? localnetEndowments(),
    config: {
      ...referencePreset.config,
      networkRateLimitBlocks: 0,
      networkMinLockRao: LOCALNET_LOCK_RAO,
      lockReductionIntervalBlocks: 2,
      movingAlphaBits: FAST_MOVING_ALPHA_BITS,
      maxEpochsPerBlock: 32,
      adminFreezeWindowBlocks: 0,
      ownerTempoMinBlocks: 1,
      setTempoRateLimitBlocks: 0,
      emissionEnabledAtRegistration: true,
      loopbackAxonsAllowed: true,
      timelockRevealsPerBlock: LOCALNET_REVEALS,
      ...overrides.config,
      chainId: overrides.chainId ?? 'localnet',
      hyperparameters: {
        ...REFERENCE_HYPERPARAMETERS,
        tempoBlocks: 10,
        weightsSetRateLimitBlocks: 5,
        servingRateLimitBlocks: 5,
        commitRevealEnabled: false,
        emaPriceHalvingBlocks: 1,
        ...overrides.hyperparameters,
      },
    },
  }
}

/** Six keys take some fifty milliseconds to derive, and never change. */
let addresses: readonly Endowment['address'][] | undefined

function localnetEndowments(): Endowment[] {
  addresses ??= LOCALNET_ACCOUNTS.map((uri) => keyPairFromUri(uri).address)
  return addresses.map((address) => ({ address, balanceRao: LOCALNET_ENDOWMENT_RAO }))
}
