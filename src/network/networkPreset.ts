import { localnetPreset, type Preset } from '../chain/index.js'

/** A localnet with a permit for each validator and none to spare, so that earning miners do not become voters. */
export function networkPreset(validators: number): Preset {
  return localnetPreset({ hyperparameters: { maxAllowedValidators: Math.max(1, validators) } })
}
