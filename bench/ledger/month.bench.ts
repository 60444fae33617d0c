// A month of a whole network, with new weights of all validators every 4,000 blocks.
import { quick } from '../support/measure.js'
import { runStretch, shortened } from './longRun.js'

runStretch({
  id: 'month-128',
  subnets: quick ? 4 : 128,
  blocks: shortened(216_000),
  weightsEveryBlocks: 4_000,
})
