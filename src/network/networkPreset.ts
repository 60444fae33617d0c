import { localnetPreset, type Preset } from '../chain/index.js'
import { InvalidArgumentError } from '../errors/index.js'

/**
 * The preset a network was given, or a localnet with a permit for each validator and none to spare, so that earning miners do not
 * become voters.
 *
 * @throws InvalidArgumentError for a preset whose chain takes no axons on loopback: that is where the neurons of a network serve.
 */
export function networkPreset(given: Preset | undefined, validators: number): Preset {
  if (given === undefined)
    return localnetPreset({ hyperparameters: { maxAllowedValidators: Math.max(1, validators) } })
  if (given.config?.loopbackAxonsAllowed === false) {
    throw new InvalidArgumentError({
      field: 'preset.config.loopbackAxonsAllowed',
      value: false,
      remedy: 'Pass true: the neurons of a network on one machine serve on loopback.',
    })
  }
  return given
}
