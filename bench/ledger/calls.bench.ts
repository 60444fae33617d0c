// Blocks of calls of one kind, without an epoch: weights of one validator on 256 neurons, and money that moves. Signatures are
// verified before the clock starts, every invariant is checked at the end.
import type { CallArgs, CallName, Ledger } from 'subnetkit/ledger'
import { asHotkey } from 'subnetkit/units'
import { quick, report, summary, timed } from '../support/measure.js'
import {
  benchPreset,
  checkInvariants,
  foundedLedger,
  hotkeyOf,
  keyOf,
  make,
  ranEpoch,
  signed,
  staff,
  verified,
  weightsCall,
} from './chains.js'

const VALIDATORS = 64
const NEURONS = 256
const ROUNDS = quick ? 2 : 4
const ACCOUNTS = 32
const MONEY_BLOCKS = quick ? 5 : 40

const accounts = Array.from({ length: ACCOUNTS }, (_, k) => `account${k}`)
// Epochs so rare that few blocks have one; those are left out.
const ledger = foundedLedger(benchPreset({ hyperparameters: { tempoBlocks: 360 } }), accounts)
staff(ledger, NEURONS, VALIDATORS)

measureWeights()
const staked = (k: number) => ({ netuid: 1, hotkey: asHotkey(hotkeyOf(k).address) })
measureMoney('addStake', 0, (k, round) => ({ ...staked(k), amountRao: 10n ** 10n + BigInt(round) }))
measureMoney('removeStake', 1, (k, round) => ({ ...staked(k), amountAlpha: 10n ** 9n + BigInt(round) }))
measureMoney('transfer', 2, (k, round) => ({
  to: keyOf(accounts[(k + 1 + (round % (ACCOUNTS - 1))) % ACCOUNTS]!).address,
  amountRao: 10n ** 9n,
}))
checkInvariants(ledger)

/** One call a block, from one validator after the other. */
function measureWeights(): void {
  const timesUs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let uid = 0; uid < VALIDATORS; uid++) {
      add(timesUs, ledger, [weightsCall(ledger, uid, NEURONS, round)])
    }
  }
  report({ bench: 'ledger/calls', id: 'a block of 1 setWeights of 256', calls: 1, ...summary(timesUs) })
}

/** One call of every account a block. */
function measureMoney<N extends CallName>(
  name: N,
  before: number,
  argsOf: (account: number, round: number) => CallArgs[N],
): void {
  const timesUs: number[] = []
  for (let round = 0; round < MONEY_BLOCKS; round++) {
    const nonce = before * MONEY_BLOCKS + round
    const calls = accounts.map((account, k) => signed(ledger, keyOf(account), nonce, name, argsOf(k, round)))
    add(timesUs, ledger, calls)
  }
  const id = `a block of ${ACCOUNTS} ${name}`
  report({ bench: 'ledger/calls', id, calls: ACCOUNTS, ...summary(timesUs) })
}

function add(timesUs: number[], ledger: Ledger, calls: readonly Uint8Array[]): void {
  verified(ledger, calls)
  const { us, result } = timed(() => make(ledger, calls))
  if (!ranEpoch(result)) timesUs.push(us)
}
