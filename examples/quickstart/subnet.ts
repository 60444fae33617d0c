import { IncentiveMechanism, type ScoreRound, type TaskSeed } from 'subnetkit/mechanism'
import { LocalNetwork } from 'subnetkit/network'
import { defineSynapse } from 'subnetkit/synapse'
import { formatPrice, formatTao, valueRao } from 'subnetkit/units'
import { z } from 'zod'

// What travels between a validator and a miner: a number there, its cube root back.
const cubeRoot = defineSynapse({
  name: 'cube-root',
  request: z.object({ n: z.number().min(1) }),
  answer: z.object({ root: z.number() }),
})
type Task = { n: number }
type Answer = { root: number }

// The rules of the subnet. Both methods are pure, so that every honest validator comes to the same scores.
class CubeRoots extends IncentiveMechanism<Task, Answer> {
  readonly synapse = cubeRoot

  initialState() {
    return null
  }

  createTask({ random }: TaskSeed): Task {
    return { n: 1 + random.int(1_000_000) }
  }

  score({ task, responses, state }: ScoreRound<Task, Answer>) {
    const scores = responses.map(({ hotkey, answer }) => {
      const error =
        answer === undefined ? 1 : Math.abs(answer.root * answer.root * answer.root - task.n) / task.n
      return [hotkey, Math.max(0, 1 - error)] as const
    })
    return { scores: new Map(scores), state }
  }
}

// A miner is a function from a task to an answer.
const exact = ({ n }: Task): Answer => ({ root: Math.cbrt(n) })
const guess = (): Answer => ({ root: 75 })
const newton = ({ n }: Task): Answer => {
  let root = n / 3
  for (let step = 0; step < 24; step++) root -= (root - n / (root * root)) / 3
  return { root: Math.round(root) }
}

// A chain, three miners and three validators, in this process and on virtual time.
await using network = await LocalNetwork.start({
  mechanism: new CubeRoots(),
  miners: Object.entries({ exact, newton, guess }).map(([name, answer]) => ({ name, answer })),
  validators: 3,
})
// Pay is alpha, the subnet's own money; its price says what an alpha is worth in TAO.
for await (const { epoch, metagraph, names, earnedAlpha, priceBits } of network.epochs({ count: 10 })) {
  console.log(`epoch ${epoch}, block ${metagraph.block}, 1 alpha = ${formatPrice(priceBits)} TAO`)
  const row = ({ uid, incentive, dividends }: ReturnType<typeof metagraph.row>) => {
    const alpha = earnedAlpha[uid]!
    const pay = { alpha: formatTao(alpha, 4), worthTao: formatTao(valueRao(alpha, priceBits), 4) }
    return { name: names[uid], incentive, dividends, ...pay }
  }
  console.table(metagraph.rows().map(row))
}
