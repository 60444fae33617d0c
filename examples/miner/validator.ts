// A validator by hand: stakes, asks the subnet's miners, scores them and sets weights until Ctrl-C.
//   npm run example -- examples/miner/validator.ts [--url ws://127.0.0.1:9944] [--netuid 1] [--coldkey //Charlie] [--hotkey //Charlie//validator]
import { joinSubnet, Validator } from 'subnetkit/neuron'
import { formatTao, parseTao } from 'subnetkit/units'
import { settingFromCommandLine } from './commandLine.js'
import { Factorising } from './subnet.js'

const { chain, netuid, coldkey, hotkey, stop } = await settingFromCommandLine('//Charlie', 'validator')
const validator = new Validator({
  chain,
  netuid,
  signer: hotkey,
  mechanism: new Factorising(),
  onEvent(event) {
    if (event.type === 'weightsSet') void printTable()
    else if (event.type !== 'roundScored') console.log(event.type, event)
    else if (event.round % 10 === 0)
      console.log(`block ${event.block}: ${event.answered} of ${event.asked} answered`)
  },
})
await joinSubnet({ chain, netuid, coldkey, hotkey: validator.hotkey, stakeRao: parseTao(10_000) })
await validator.start()
console.log(`Validator ${validator.hotkey} asks the miners of subnet ${netuid}.`)

async function printTable(): Promise<void> {
  const { columns } = await chain.metagraph(netuid)
  console.table(
    columns.hotkey.map((address, uid) => ({
      hotkey: `${address.slice(0, 8)}…`,
      stake: formatTao(columns.stakeRao[uid]!, 3),
      incentive: (columns.incentiveU16[uid]! / 65_535).toFixed(4),
      dividends: (columns.dividendsU16[uid]! / 65_535).toFixed(4),
      lastPay: formatTao(columns.emissionRao[uid]!, 6),
    })),
  )
}

stop.addEventListener('abort', () => void validator.stop())
await validator.done
await chain.close()
console.log('The validator has stopped.')
