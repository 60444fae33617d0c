import { referencePreset } from 'subnetkit/chain'
import type { ChainConfig } from 'subnetkit/ledger'
import { formatTao } from 'subnetkit/units'

/**
 * The reference's settings, but for what would need months to show: on the reference chain a price average follows within a month, and a subnet
 * cannot be pruned for half a year.
 *
 * @param blocks - length of the run.
 */
export function economySettings(blocks: number): ChainConfig {
  return {
    ...referencePreset.config,
    chainId: 'economy',
    // A hundredth of what is left, a block, after a warm-up of so many blocks.
    movingAlphaBits: 42_949_673n,
    networkImmunityBlocks: Math.floor(blocks / 2),
    subnetLimit: 3,
    startCallDelayBlocks: Math.floor(blocks / 40),
    networkRateLimitBlocks: 0,
    lockReductionIntervalBlocks: 10,
    emissionEnabledAtRegistration: true,
    // The example makes its calls without keys, in an order of its own.
    testOriginAllowed: true,
    callOrder: 'given',
    hyperparameters: {
      ...referencePreset.config.hyperparameters,
      emaPriceHalvingBlocks: 20,
      tempoBlocks: 20,
      weightsSetRateLimitBlocks: 0,
      commitRevealEnabled: false,
    },
  }
}

/** What a reader should know of a setting that was changed, and how its value reads. */
const TOLD: { readonly [name: string]: readonly [says: string, shown: (value: unknown) => string] } = {
  movingAlphaBits: ['part of its way that a price average goes, a block', shownPart],
  emaPriceHalvingBlocks: ['blocks until that has warmed up by half', String],
  networkImmunityBlocks: ['blocks in which a subnet cannot be pruned', String],
  subnetLimit: ['most subnets at once', String],
  startCallDelayBlocks: ['blocks from registration to start', String],
  networkRateLimitBlocks: ['blocks between two registrations of subnets', String],
  lockReductionIntervalBlocks: ['blocks in which a subnet’s price falls back', String],
  emissionEnabledAtRegistration: ['emission from the start', String],
  tempoBlocks: ['blocks between two epochs', String],
  weightsSetRateLimitBlocks: ['blocks between two weight rows', String],
  commitRevealEnabled: ['weights are hidden at first', String],
}

/** Every setting in which a run differs from the reference, in words: name, what it became and what it is there. */
export function changesFrom(reference: ChainConfig, config: ChainConfig): string[] {
  const flat = ({ hyperparameters, ...settings }: ChainConfig): Readonly<Record<string, unknown>> => ({
    ...settings,
    ...hyperparameters,
  })
  const [before, after] = [flat(reference), flat(config)]
  return Object.entries(TOLD).flatMap(([name, [says, shown]]) =>
    before[name] === after[name] ? [] : [`${says}: ${shown(after[name])} (${shown(before[name])})`],
  )
}

/** A number times 2^32, with up to six decimals. */
function shownPart(bits: unknown): string {
  return formatTao((((bits as bigint) * 1_000_000n + (1n << 31n)) >> 32n) * 1_000n)
}
