// Twenty miners as processes: again and again a random half of them is killed and returns half a minute later, while a buyer calls
// through a router at an even pace. How many calls are not answered, and what that costs in requests.
import { constants } from 'node:os'
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
/** Calls of the whole run. */
const made = (ROUNDS * ROUND_MS * CALLS_PER_SECOND) / 1_000

if (!(await isMiner())) {
  const miners = Array.from({ length: MINERS }, (_, number) => new MinerProcess(number))
  // A few at a time: twenty processes that begin at once keep each other from it.
  for (let at = 0; at < MINERS; at += 4)
    await Promise.all(miners.slice(at, at + 4).map((miner) => miner.start()))
  const dendrite = new Dendrite({ signer: keyPairFromUri('//Buyer'), limits: { dialMs: 1_000 } })
  const candidates = miners.map(({ target }) => target)
  const router = await Router.start({ dendrite, candidates, seed: 'kills' })

  const outage = { kills: 0, down: 0 }
  const unanswered: string[] = []
  let ended = 0
  const progress = (): string =>
    `${ended} of ${made} calls ended, ${unanswered.length} unanswered, ${router.counters.extraRequests} extra requests; ${outage.kills} kills, ${outage.down} of ${MINERS} miners down`
  // Standard output belongs to the measurements.
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      for (const one of miners) one.kill()
      say(`Stopped by ${signal}: ${progress()}`)
      process.exit(128 + constants.signals[signal])
    })

  const outages = (async (): Promise<void> => {
    const random = new SeededRandom('victims')
    for (let round = 0; round < ROUNDS; round++) {
      await wait(KILL_AFTER_MS)
      const victims = random.shuffled(miners).slice(0, KILLED)
      for (const victim of victims) victim.kill()
      outage.kills += victims.length
      outage.down = victims.length
      say(`round ${round + 1} of ${ROUNDS}: ${progress()}`)
      await wait(DOWN_MS)
      const startMs = performance.now()
      await Promise.all(victims.map((victim) => victim.start()))
      outage.down = 0
      await wait(Math.max(0, ROUND_MS - KILL_AFTER_MS - DOWN_MS - (performance.now() - startMs)))
    }
  })()

  const elapsedMs: number[] = []
  const calls: Promise<void>[] = []
  const began = performance.now()
  for (let value = 0; value < made; value++) {
    await wait(Math.max(0, began + (value * 1_000) / CALLS_PER_SECOND - performance.now()))
    const call = router.call(square, value, { timeoutMs: TIMEOUT_MS }).then((result) => {
      ended++
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
  for (const one of miners) one.kill()
  report({
    bench: 'router/kills',
    id: `${MINERS} miners, half of them killed every ${ROUND_MS / 1_000} s for ${DOWN_MS / 1_000} s`,
    calls: made,
    unanswered: unanswered.length,
    endedAs: unanswered.join(' '),
    kills: outage.kills,
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
