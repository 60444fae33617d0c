import { median, quick } from '../support/measure.js'
import { NEURONS, naiveUs, PaidSubnets, reportGoal, TEMPO_BLOCKS, VALIDATORS } from './paidSubnets.js'

/** A stretch of a chain's life. */
export interface Stretch {
  readonly id: string
  readonly subnets: number
  readonly blocks: number
  /** Blocks between two rounds of weights of a subnet, in which all its validators say something new. */
  readonly weightsEveryBlocks: number
}

/**
 * Makes the blocks of a stretch, once, with a state hash each tempo, and prints what they took: the blocks alone, not the calls that are
 * written and opened between them. A row of a short run says so by the number of its blocks.
 */
export function runStretch({ id, subnets, blocks, weightsEveryBlocks }: Stretch): void {
  const baselineUs = [naiveUs()]
  const chain = new PaidSubnets(subnets, { config: { stateHashEveryBlocks: TEMPO_BLOCKS } })
  const apart = Math.floor(weightsEveryBlocks / subnets)
  let busyMs = 0
  let epochs = 0
  let weightsSet = 0
  let activeShare = 1
  for (let block = 0; block < blocks; block++) {
    // One subnet after the other, as far apart as they can be.
    const turn = block % weightsEveryBlocks
    const speaks = turn % apart === 0 && turn / apart < subnets
    const calls = speaks ? chain.allWeights(turn / apart + 1, Math.floor(block / weightsEveryBlocks)) : []
    weightsSet += calls.length
    const startMs = performance.now()
    const made = chain.make(calls)
    busyMs += performance.now() - startMs
    for (const { name } of made.events) if (name === 'EpochRan') epochs++
    if ((block + 1) % Math.ceil(blocks / 10) === 0) {
      activeShare = Math.min(activeShare, chain.activeShare())
      console.error(`${id}: ${block + 1} of ${blocks} blocks in ${Math.round(busyMs / 1_000)} s`)
    }
  }
  baselineUs.push(naiveUs())
  chain.check(`ledger/${id} ${blocks}`)
  reportGoal(
    {
      bench: `ledger/${id}`,
      id,
      subnets,
      n: NEURONS,
      validators: VALIDATORS,
      blocks,
      epochs,
      weightsSet,
      activeShare,
      medianUs: 1_000 * busyMs,
      runs: 1,
    },
    median(baselineUs),
  )
}

/** The share of a stretch that a short run makes. */
export const shortened = (blocks: number): number => (quick ? Math.ceil(blocks / 500) : blocks)
