// One subnet of 256 neurons and 64 validators in which everybody is paid, every block with its state hash: blocks with an epoch one after the other, calls of weights,
// and what such subnets hold in memory. Against the time of a plain JavaScript epoch of 64 x 256 in the same run.
import { setTimeout } from 'node:timers/promises'
import { epochFunction } from 'subnetkit/engine'
import { Ledger } from 'subnetkit/ledger'
import { fail } from '../support/digest.js'
import { collectGarbage, median, quick, report, rounded, summary, timed } from '../support/measure.js'
import { checkInvariants, make, ranEpoch } from './chains.js'
import { NEURONS, naiveUs, PaidSubnets, reportGoal, SPEAKERS, VALIDATORS } from './paidSubnets.js'

const TURNS = quick ? 2 : 5
const EPOCHS = quick ? 20 : 100
const HELD_SUBNETS = quick ? 2 : 8

const baselineUs: number[] = []
measureBlocks()
await measureMemory()

/** The first turn warms up. */
function measureBlocks(): void {
  const epochs = new PaidSubnets(1, {
    hyperparameters: { tempoBlocks: 1, activityCutoffFactorMilli: 10_000_000 },
  })
  // Epochs so rare that few blocks have one; those are left out.
  const weights = new PaidSubnets(1)
  epochs.make(epochs.allWeights(1, 0))
  for (let count = 0; count < 20; count++) epochs.make()
  const timesUs: { epoch: number[]; empty: number[]; weights: number[] } = {
    epoch: [],
    empty: [],
    weights: [],
  }
  let paid = 0
  for (let turn = 0; turn < TURNS; turn++) {
    baselineUs.push(naiveUs())
    collectGarbage()
    for (let count = 0; count < EPOCHS; count++) {
      const { us, result } = timed(() => epochs.make())
      if (!ranEpoch(result)) fail('no epoch ran')
      paid = result.events.filter(({ name }) => name === 'EmissionPaid').length
      if (turn > 0) timesUs.epoch.push(us)
    }
    for (const uid of SPEAKERS) {
      const call = weights.weights(1, uid, turn)
      for (const calls of [[], [call]]) {
        const { us, result } = timed(() => weights.make(calls))
        if (turn > 0 && !ranEpoch(result)) timesUs[calls.length === 0 ? 'empty' : 'weights'].push(us)
      }
    }
  }
  const activeShare = epochs.activeShare()
  epochs.check(`ledger/paid epochs${quick ? ' quick' : ''}`)
  weights.check(`ledger/paid weights${quick ? ' quick' : ''}`)
  const plainUs = median(baselineUs)
  const size = { n: NEURONS, validators: VALIDATORS }
  reportGoal(
    {
      bench: 'ledger/paid',
      id: 'epoch-256x64',
      ...size,
      activeShare,
      payments: paid,
      ...summary(timesUs.epoch),
    },
    plainUs,
  )
  // What a call adds to its block.
  const { medianUs, ...spread } = summary(timesUs.weights)
  const emptyUs = median(timesUs.empty)
  reportGoal(
    {
      bench: 'ledger/paid',
      id: 'weights-256',
      entries: NEURONS,
      ...spread,
      medianUs: medianUs - emptyUs,
      emptyUs: rounded(emptyUs),
    },
    plainUs,
  )
}

/**
 * What a ledger holds that was taken up from a snapshot, with what it has gathered after some epochs: calls that were seen, which the doors remember up to a limit, are no
 * part of it.
 */
async function measureMemory(): Promise<void> {
  const snapshots = [1, 1 + HELD_SUBNETS].map((subnets) => {
    const chain = new PaidSubnets(subnets)
    for (let netuid = 1; netuid <= subnets; netuid++) chain.make(chain.allWeights(netuid, 0))
    for (let count = 0; count < 400; count++) chain.make()
    chain.check(`ledger/paid memory ${subnets}`)
    return chain.ledger.snapshot()
  })
  const ledgers: Ledger[] = []
  const held = [await heldBytes()]
  for (const snapshot of snapshots) {
    const ledger = Ledger.restore(snapshot, { runEpoch: epochFunction() })
    for (let count = 0; count < 400; count++) make(ledger)
    ledgers.push(ledger)
    held.push(await heldBytes())
  }
  for (const ledger of ledgers) checkInvariants(ledger)
  const [one, many] = held.slice(1).map((bytes, at) => bytes - (held[at] as number)) as [number, number]
  const bytes = Math.round((many - one) / HELD_SUBNETS)
  report({
    bench: 'ledger/paid',
    id: 'memory',
    n: NEURONS,
    validators: VALIDATORS,
    bytes,
  })
}

/** Memory of arrays goes some time after they do. */
async function heldBytes(): Promise<number> {
  for (let turn = 0; turn < 5; turn++) {
    collectGarbage()
    await setTimeout(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
