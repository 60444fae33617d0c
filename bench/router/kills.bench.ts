// Twenty miners as processes: again and again a random half of them is killed and returns half a minute later, while a buyer calls
// through a router at an even pace. How many calls are not answered, and what that costs in requests.
import { setTimeout as wait } from 'node:timers/promises'
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { SeededRandom } from 'subnetkit/math'
import { Router } from 'subnetkit/router'
import { quantile, quick, report, rounded } from '../support/measure.js'
import { isMiner, MinerProcess, square } from './miners.js'

const MINERS = 20
const KILLED = MINERS / 2
const CALLS_PER_SECOND = 10
const TIMEOUT_MS = 5_000
const ROUNDS = quick ? 3 : 10
const ROUND_MS = quick ? 10_000 : 60_000
/** From a round's beginning to the kill, and from there to the return. */
const KILL_AFTER_MS = quick ? 1_000 : 5_000
const DOWN_MS = quick ? 5_000 : 30_000

if (!(await isMiner())) {
  const miners = Array.from({ length: MINERS }, (_, number) => new MinerProcess(number))
  // A few at a time: twenty processes that begin at once keep each other from it.
  for (let at = 0; at < MINERS; at += 4)
    await Promise.all(miners.slice(at, at + 4).map((miner) => miner.start()))
  const dendrite = new Dendrite({ signer: keyPairFromUri('//Buyer'), limits: { dialMs: 1_000 } })
  const candidates = miners.map(({ target }) => target)
  const router = await Router.start({ dendrite, candidates, seed: 'kills' })

  let kills = 0
  const outages = (async (): Promise<void> => {
    const random = new SeededRandom('victims')
    for (let round = 0; round < ROUNDS; round++) {
      await wait(KILL_AFTER_MS)
      const victims = random.shuffled(miners).slice(0, KILLED)
      for (const miner of victims) miner.kill()
      kills += victims.length
      await wait(DOWN_MS)
      const startMs = performance.now()
      await Promise.all(victims.map((miner) => miner.start()))
      await wait(Math.max(0, ROUND_MS - KILL_AFTER_MS - DOWN_MS - (performance.now() - startMs)))
    }
  })()

  const unanswered: string[] = []
  const elapsedMs: number[] = []
  const calls: Promise<void>[] = []
  const began = performance.now()
  const made = (ROUNDS * ROUND_MS * CALLS_PER_SECOND) / 1_000
  for (let value = 0; value < made; value++) {
    await wait(Math.max(0, began + (value * 1_000) / CALLS_PER_SECOND - performance.now()))
    const call = router.call(square, value, { timeoutMs: TIMEOUT_MS }).then((result) => {
      elapsedMs.push(result.elapsedMs)
      if (result.status !== 'ok') unanswered.push(result.status)
      else if (result.answer.square !== value * value) unanswered.push('wrong')
    })
    calls.push(call)
  }
  await Promise.all(calls)
  await outages
  const { attempts, retries, hedges, hedgesWon, stalls, extraRequests, breakersOpened } = router.counters
  await router.close()
  await dendrite.close()
  for (const miner of miners) miner.kill()
  report({
    bench: 'router/kills',
    id: `${MINERS} miners, half of them killed every ${ROUND_MS / 1_000} s for ${DOWN_MS / 1_000} s`,
    calls: made,
    unanswered: unanswered.length,
    endedAs: unanswered.join(' '),
    kills,
    attempts,
    extraRequests,
    extraShare: rounded(extraRequests / made),
    retries,
    hedges,
    hedgesWon,
    stalls,
    breakersOpened,
    medianUs: rounded(1_000 * quantile(elapsedMs, 0.5)),
    p99Us: rounded(1_000 * quantile(elapsedMs, 0.99)),
    longestUs: rounded(1_000 * Math.max(...elapsedMs)),
  })
}
