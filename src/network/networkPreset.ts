import { localnetPreset, type Preset } from '../chain/index.js'
import { InvalidArgumentError } from '../errors/index.js'

/**
 * The preset a network was given, or a localnet with a permit for each validator and none to spare, so that earning miners do not
 * become voters, and with as many mechanisms as the subnet has.
 *
 * @throws InvalidArgumentError for a preset whose chain takes no axons on loopback: that is where the neurons of a network serve; and for one
 *   whose subnets begin with another number of mechanisms.
 */
export function networkPreset(given: Preset | undefined, validators: number, mechanisms = 1): Preset {
  if (given === undefined) return defaultPreset(validators, mechanisms)
  if (given.config?.loopbackAxonsAllowed === false) {
    throw new InvalidArgumentError({
      field: 'preset.config.loopbackAxonsAllowed',
      value: false,
      remedy: 'Pass true: the neurons of a network on one machine serve on loopback.',
    })
  }
  const mechanismCount = given.config?.hyperparameters?.mechanismCount
  if (mechanismCount !== undefined && mechanismCount !== mechanisms) {
    throw new InvalidArgumentError({
      field: 'preset.config.hyperparameters.mechanismCount',
      value: mechanismCount,
      remedy: `Pass ${mechanisms}: so many mechanisms the network is started with.`,
    })
  }
  return given
}

/** Uids of all mechanisms together stay within the chain's ceiling, as where an owner sets their number. */
function defaultPreset(validators: number, mechanismCount: number): Preset {
  const maxAllowedValidators = Math.max(1, validators)
  if (mechanismCount === 1) return localnetPreset({ hyperparameters: { maxAllowedValidators } })
  const { maxAllowedUidsCeiling } = localnetPreset().config
  return localnetPreset({
    config: { maxMechanismCount: Math.max(2, mechanismCount) },
    hyperparameters: {
      maxAllowedValidators,
      mechanismCount,
      maxAllowedUids: Math.floor(maxAllowedUidsCeiling / mechanismCount),
    },
  })
}
