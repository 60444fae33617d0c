// The whole subnet in this process, on virtual time: npm start
import { LocalNetwork } from 'subnetkit/network'
import { formatTao } from 'subnetkit/units'
import { factorise } from './factorise.js'
import { Factorising } from './subnet.js'

await using network = await LocalNetwork.start({
  mechanism: new Factorising(),
  miners: [
    { name: 'careful', answer: factorise },
    // Takes every odd number for a prime.
    { name: 'hasty', answer: (task) => (task.n % 2 === 0 ? factorise(task) : { factors: [task.n] }) },
    { name: 'guesser', answer: ({ n }) => ({ factors: [n] }) },
  ],
  validators: 2,
})
for await (const { epoch, metagraph, names, earnedAlpha } of network.epochs({ count: 5 })) {
  console.log(`epoch ${epoch}`)
  console.table(
    metagraph.rows().map(({ uid, incentive, dividends }) => ({
      name: names[uid],
      incentive,
      dividends,
      alpha: formatTao(earnedAlpha[uid] ?? 0n, 4),
    })),
  )
}
