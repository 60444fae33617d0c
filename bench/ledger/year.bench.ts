// A year of one subnet, with new weights of all validators every tempo.
import { runStretch, shortened } from './longRun.js'
import { TEMPO_BLOCKS, YEAR_BLOCKS } from './paidSubnets.js'

runStretch({ id: 'year-1', subnets: 1, blocks: shortened(YEAR_BLOCKS), weightsEveryBlocks: TEMPO_BLOCKS })
