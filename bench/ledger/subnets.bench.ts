// Empty blocks of a chain with many subnets, all started and emitting: what a subnet costs in a block in which nothing happens
// to it. No epoch comes in between.
import type { CallArgs, CallName } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { fail } from '../support/digest.js'
import { quick, report, rounded, summary, timed } from '../support/measure.js'
import { benchPreset, checkInvariants, foundedLedger, keyOf, make, ranEpoch, signed } from './chains.js'

const BLOCKS = quick ? 20 : 200
const LONGEST_TEMPO_BLOCKS = 50_400

for (const subnets of quick ? [1, 128] : [1, 32, 128]) {
  // The price of a subnet falls back to the least at once: it would double with each otherwise.
  const config = { networkMinLockRao: 10n ** 12n, lockReductionIntervalBlocks: 1, subnetLimit: 128 }
  const ledger = foundedLedger(
    benchPreset({ hyperparameters: { tempoBlocks: LONGEST_TEMPO_BLOCKS }, config }),
  )
  const founder = keyOf('founder')
  let nonce = 0
  const call = <N extends CallName>(name: N, args: CallArgs[N]): void => {
    make(ledger, [signed(ledger, founder, nonce++, name, args)])
  }
  for (let netuid = 1; netuid <= subnets; netuid++) {
    call('registerSubnet', { hotkey: asHotkey(keyOf(`owner${netuid}`).address) })
    call('startSubnet', { netuid })
  }
  const timesUs: number[] = []
  for (let count = 0; count < BLOCKS; count++) {
    const { us, result } = timed(() => make(ledger))
    if (ranEpoch(result)) fail('an epoch ran in an empty block')
    timesUs.push(us)
  }
  checkInvariants(ledger)
  const { medianUs, ...spread } = summary(timesUs)
  const id = `an empty block, subnets=${subnets}`
  const usPerSubnet = rounded(medianUs / subnets)
  report({ bench: 'ledger/subnets', id, subnets, medianUs, usPerSubnet, ...spread })
}
