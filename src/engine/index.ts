export { checkEpochInput, checkEpochParams } from './checks.js'
export { YumaConsensus } from './YumaConsensus.js'
