// Blocks without an epoch, one after the other on one chain, each with its state hash: of one subnet that emits, of many that do not,
// and of many that do, each with a pool that takes in part of its share and spends the rest on alpha. Against the time of a plain
// JavaScript epoch of 64 x 256 in the same run. Every invariant is checked at the end.
import type { CallArgs, CallName, Ledger } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { timeNaive } from '../naiveYuma.mjs'
import { fail } from '../support/digest.js'
import { collectGarbage, median, quick, report, rounded, summary, timed } from '../support/measure.js'
import { benchPreset, checkInvariants, foundedLedger, keyOf, make, ranEpoch, signed } from './chains.js'

const MANY = 128
const BLOCKS = quick ? 30 : 400
const TURNS = quick ? 2 : 5
const LONGEST_TEMPO_BLOCKS = 50_400
const TAO = 10n ** 9n

const chains = [
  { id: 'block-1', subnets: 1, isStarted: true, rootStakeRao: 10_000n * TAO },
  { id: 'block-128-quiet', subnets: MANY, isStarted: false, rootStakeRao: 10_000n * TAO },
  // Root's proportion of each subnet is about 1/300 then, and of a share of 1/128 TAO less than half goes into the pool.
  { id: 'block-128', subnets: MANY, isStarted: true, rootStakeRao: 60n * TAO },
].map((chain) => ({ ...chain, ledger: chainOf(chain), timesUs: [] as number[] }))

const baselineUs: number[] = []
for (let turn = 0; turn < TURNS; turn++) {
  collectGarbage()
  baselineUs.push(timeNaive({ validators: 64, n: 256, rounds: 1 }).medianUs)
  for (const { ledger, timesUs } of chains) {
    for (let count = 0; count < BLOCKS; count++) {
      const { us, result } = timed(() => make(ledger))
      if (ranEpoch(result)) fail('an epoch ran in an empty block')
      // The first turn warms up.
      if (turn > 0) timesUs.push(us)
    }
  }
}

for (const { id, subnets, isStarted, ledger, timesUs } of chains) {
  checkInvariants(ledger)
  if (isStarted) checkEmission(ledger, subnets)
  const { medianUs, ...spread } = summary(timesUs)
  const plainUs = median(baselineUs)
  const against = { baselineUs: rounded(plainUs), ratio: rounded(medianUs / plainUs) }
  const usPerSubnet = rounded(medianUs / subnets)
  report({ bench: 'ledger/emitting', id, subnets, medianUs, ...against, usPerSubnet, ...spread })
}

/** Subnets of one neuron each, and stake on root. */
function chainOf(chain: { subnets: number; isStarted: boolean; rootStakeRao: bigint }): Ledger {
  // The price of a subnet falls back to the least at once: it would double with each otherwise.
  const config = { networkMinLockRao: 1_000n * TAO, lockReductionIntervalBlocks: 1, subnetLimit: MANY }
  const hyperparameters = { tempoBlocks: LONGEST_TEMPO_BLOCKS }
  const ledger = foundedLedger(benchPreset({ hyperparameters, config }))
  const founder = keyOf('founder')
  let nonce = 0
  const call = <N extends CallName>(name: N, args: CallArgs[N]): void => {
    make(ledger, [signed(ledger, founder, nonce++, name, args)])
  }
  const hotkey = asHotkey(keyOf('rootHotkey').address)
  call('rootRegister', { hotkey })
  call('addStake', { netuid: 0, hotkey, amountRao: chain.rootStakeRao })
  for (let netuid = 1; netuid <= chain.subnets; netuid++) {
    call('registerSubnet', { hotkey: asHotkey(keyOf(`owner${netuid}`).address) })
    if (chain.isStarted) call('startSubnet', { netuid })
  }
  return ledger
}

/** A chain whose pools take nothing in, or buy nothing, is not the work that is meant. */
function checkEmission(ledger: Ledger, subnets: number): void {
  for (let netuid = 1; netuid <= subnets; netuid++) {
    const { taoInRao = 0n, excessRao = 0n } = ledger.query('subnet', { netuid })?.lastInjection ?? {}
    if (taoInRao === 0n || excessRao === 0n)
      fail(`subnet ${netuid} takes in ${taoInRao} and spends ${excessRao}`)
  }
}
