import type { CallName } from '../types.js'
import { addStake } from './addStake.js'
import type { CallDefinition } from './defineCall.js'
import { overrideBalance, overrideEmission, overrideHyperparameter } from './overrides.js'
import { registerNeuron } from './registerNeuron.js'
import { registerSubnet } from './registerSubnet.js'
import { removeStake } from './removeStake.js'
import { serveAxon } from './serveAxon.js'
import { setHyperparameter } from './setHyperparameter.js'
import { setTake } from './setTake.js'
import { setWeights } from './setWeights.js'
import { startSubnet } from './startSubnet.js'
import { transfer } from './transfer.js'

/** Every call by its name. */
export const CALL_TABLE: { readonly [N in CallName]: CallDefinition<N> } = {
  transfer,
  registerSubnet,
  startSubnet,
  registerNeuron,
  serveAxon,
  addStake,
  removeStake,
  setWeights,
  setHyperparameter,
  setTake,
  overrideBalance,
  overrideHyperparameter,
  overrideEmission,
}
