import { addStake } from './addStake.js'
import type { SurfaceArgs } from './defineCall.js'
import { overrideBalance, overrideEmission, overrideHyperparameter } from './overrides.js'
import { registerNeuron } from './registerNeuron.js'
import { registerSubnet } from './registerSubnet.js'
import { removeStake } from './removeStake.js'
import { serveAxon } from './serveAxon.js'
import { setEmissionEnabled } from './setEmissionEnabled.js'
import { setHyperparameter } from './setHyperparameter.js'
import { setTake } from './setTake.js'
import { setWeights } from './setWeights.js'
import { startSubnet } from './startSubnet.js'
import { transfer } from './transfer.js'

/** Every call by its name, which is part of the signed bytes. Arguments, events and refusals of calls follow from what stands here. */
export const CALL_TABLE = {
  transfer,
  registerSubnet,
  startSubnet,
  registerNeuron,
  serveAxon,
  addStake,
  removeStake,
  setWeights,
  setHyperparameter,
  setEmissionEnabled,
  setTake,
  overrideBalance,
  overrideHyperparameter,
  overrideEmission,
}

type CallTable = typeof CALL_TABLE

export type CallName = keyof CallTable

/** The arguments of every call. Who may sign a call stands in its own file. */
export type CallArgs = { [N in CallName]: SurfaceArgs<CallTable[N]['fields']> }

/** The events of all calls. */
export type CallEvents = Together<CallTable[CallName]['events']>

/** The names by which calls are refused. */
export type CallRefusal = CallTable[CallName]['refuses'][number]

/** All members of a union in one. */
type Together<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  part: infer All,
) => void
  ? All
  : never
