// A validator by hand. `--help` tells its options and how to run it.
import { joinSubnet, Validator } from 'subnetkit/neuron'
import { formatTao, parseTao } from 'subnetkit/units'
import { runProgram, type Setting } from './commandLine.js'
import { Factorising } from './subnet.js'

const does =
  'A validator by hand: stakes, asks the miners of a subnet, scores them and sets weights until Ctrl-C.'
const reasons = {
  NotStarted: 'the subnet runs no epochs yet',
  NotRegistered: 'the hotkey lost its place in the subnet',
  NoPermit: 'the permit comes with it',
  RateLimited: 'the last ones were set a short while ago',
  NoWeights: 'no miner was scored yet',
  CommitsFull: 'as many commits as may be wait to be revealed',
}
await runProgram({ role: 'validator', account: '//Charlie', does }, async (setting) => {
  const { chain, netuid, coldkey, hotkey, stop } = setting
  const validator = new Validator({
    chain,
    netuid,
    signer: hotkey,
    mechanism: new Factorising(),
    onEvent(event) {
      if (event.type === 'weightsSet' || event.type === 'weightsRevealed')
        void printTable(setting).catch(console.error)
      else if (event.type === 'weightsSkipped')
        console.log(
          `block ${event.block}: no weights before this epoch (${event.reason}): ${reasons[event.reason]}`,
        )
      else if (event.type === 'weightsCommitted')
        console.log(`block ${event.block}: weights are hidden until epoch ${event.revealEpochIndex}`)
      else if (event.type !== 'roundScored') console.log(event.type, event)
      else if (event.round % 10 === 0)
        console.log(`block ${event.block}: ${event.answered} of ${event.asked} answered`)
    },
  })
  await joinSubnet({
    chain,
    netuid,
    coldkey,
    hotkey: validator.hotkey,
    stakeRao: parseTao(2_000),
    signal: stop,
  })
  await validator.start()
  console.log(`Validator ${validator.hotkey} asks the miners of subnet ${netuid}.`)

  stop.addEventListener('abort', () => void validator.stop())
  if (stop.aborted) await validator.stop()
  await validator.done
  console.log('The validator has stopped.')
})

async function printTable({ chain, netuid }: Setting): Promise<void> {
  const { columns } = await chain.metagraph(netuid)
  console.table(
    columns.hotkey.map((address, uid) => ({
      hotkey: `${address.slice(0, 8)}…`,
      stake: formatTao(columns.stakeAlpha[uid]!, 3),
      incentive: (columns.incentiveU16[uid]! / 65_535).toFixed(4),
      dividends: (columns.dividendsU16[uid]! / 65_535).toFixed(4),
      lastPay: formatTao(columns.emissionAlpha[uid]!, 6),
    })),
  )
}
