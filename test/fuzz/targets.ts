import type { FuzzTarget } from './FuzzTarget.js'
import { chainTargets } from './targets/chain.js'
import { fileTargets } from './targets/files.js'
import { httpTargets } from './targets/http.js'
import { routerTargets } from './targets/router.js'
import { sessionTargets } from './targets/session.js'
import { storedTargets } from './targets/stored.js'
import { synapseTargets } from './targets/synapse.js'
import { timelockTargets } from './targets/timelock.js'

/** Everything that reads what strangers, or a disk, wrote. One more decoder is one more `decoder(...)` in one of these lists. */
export const fuzzTargets: readonly FuzzTarget[] = [
  ...synapseTargets,
  ...chainTargets,
  ...httpTargets,
  ...storedTargets,
  ...fileTargets,
  ...routerTargets,
  ...timelockTargets,
  ...sessionTargets,
]
