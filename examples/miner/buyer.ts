// A buyer by hand. `--help` tells its options and how to run it.
import { sleep, systemClock } from 'subnetkit/clock'
import { Dendrite } from 'subnetkit/dendrite'
import { Router } from 'subnetkit/router'
import { runProgram } from './commandLine.js'
import { Factorising } from './subnet.js'

const does =
  'A buyer by hand: has the miners of a subnet factor a number a second, whichever answers, until Ctrl-C.'
// Miners serve who has a stake: the validator's key, unless another one is named.
const program = { role: 'buyer', account: '//Charlie', key: 'validator', does } as const
await runProgram(program, async ({ chain, netuid, hotkey, stop }) => {
  const dendrite = new Dendrite({ signer: hotkey, limits: { dialMs: 1_000 } })
  const router = await Router.start({ dendrite, candidates: () => chain.metagraph(netuid) })
  // The synapse of the subnet's task; to factor a number twice does no harm.
  const factorise = { ...new Factorising().synapse, idempotent: true }
  while (!stop.aborted) {
    const n = 2 + Math.floor(1e9 * Math.random())
    const result = await router.call(factorise, { n }, { timeoutMs: 2_000, signal: stop })
    const asked = result.attempts.length
    if (result.status === 'ok')
      console.log(`${n} = ${result.answer.factors.join(' x ')}, by ${result.hotkey} (${asked} asked)`)
    else if (!stop.aborted) console.log(`${n}: ${result.status} (${asked} asked). ${result.reason}`)
    await sleep(systemClock, 1_000, stop).catch(() => {})
  }
  const { calls, callsAnswered, extraRequests } = router.counters
  console.log(
    `${callsAnswered} of ${calls} calls were answered, for ${extraRequests} requests beyond one each.`,
  )
  await router.close()
  await dendrite.close()
  console.log('The buyer has stopped.')
})
