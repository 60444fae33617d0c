// Blocks of a chain with one subnet: empty ones, ones with an epoch, and ones full of weights. Signatures are verified
// before the clock starts. Every invariant is checked at the end, so that a ledger that loses money cannot look fast.
import { quick, report, summary, timed } from '../support/measure.js'
import {
  benchPreset,
  checkInvariants,
  foundedLedger,
  make,
  ranEpoch,
  staff,
  verified,
  weightsCall,
} from './chains.js'

const sizes = [{ n: 16, validators: 3 }, ...(quick ? [] : [{ n: 256, validators: 64 }])]
const BLOCKS = quick ? 60 : 300

for (const { n, validators } of sizes) {
  const ledger = foundedLedger(benchPreset())
  staff(ledger, n, validators)
  const times = { weights: [] as number[], empty: [] as number[], epoch: [] as number[] }
  // Weights come in the block after an epoch, so that no block has both.
  let followsEpoch = false
  for (let count = 0; count < BLOCKS; count++) {
    const senders = followsEpoch ? Array.from({ length: validators }, (_, uid) => uid) : []
    const calls = senders.map((uid) => weightsCall(ledger, uid, n, times.weights.length))
    verified(ledger, calls)
    const { us, result } = timed(() => make(ledger, calls))
    const ran = ranEpoch(result)
    times[followsEpoch ? 'weights' : ran ? 'epoch' : 'empty'].push(us)
    followsEpoch = ran
  }
  checkInvariants(ledger)
  print('a block of weights', times.weights)
  print('an empty block', times.empty)
  print('a block with an epoch', times.epoch)

  function print(work: string, timesUs: readonly number[]): void {
    report({
      bench: 'ledger/blocks',
      id: `${work} n=${n} V=${validators}`,
      work,
      n,
      validators,
      ...summary(timesUs),
    })
  }
}
