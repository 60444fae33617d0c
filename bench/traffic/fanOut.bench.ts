// One validator asks 256 miners in another process: no session with any of them exists, a tenth of them are dead and a tenth stall.
import { keyPairFromUri } from 'subnetkit/crypto'
import { Dendrite } from 'subnetkit/dendrite'
import { median, quick, report, rounded } from '../support/measure.js'
import { type Body, echo, isEcho, payload } from './messages.js'
import { fateOf, SUBNET_AXONS } from './parts.js'
import { playsPart, startPeer } from './peer.js'

const ROUNDS = quick ? 2 : 10
const TIMEOUT_MS = 2_000

if (!(await playsPart())) {
  const subnet = await startPeer('subnet')
  const { targets } = subnet.place
  const healthy = targets.filter((_, uid) => fateOf(uid) === 'answers').length
  const rounds: { elapsedMs: number; slowestMs: number; kept: number; serverMs: number; clientMs: number }[] =
    []
  for (let round = -1; round < ROUNDS; round++) {
    // A fresh key for its encryption as well: nothing is remembered of the round before.
    const dendrite = new Dendrite({ signer: keyPairFromUri('//validator') })
    const asked: Body = { text: `round ${round}`, data: payload(1_024) }
    await subnet.watch()
    const since = process.cpuUsage()
    const startMs = performance.now()
    const results = await dendrite.callAll(echo, targets, asked, { timeoutMs: TIMEOUT_MS })
    const elapsedMs = performance.now() - startMs
    const { user, system } = process.cpuUsage(since)
    const { cpuUs } = await subnet.report()
    await dendrite.close()
    const kept = results.filter((result) => result.status === 'ok' && isEcho(asked, result.answer))
    const slowestMs = Math.max(...kept.map((result) => result.elapsedMs))
    if (round < 0) continue
    rounds.push({
      elapsedMs,
      slowestMs,
      kept: kept.length,
      serverMs: cpuUs / 1_000,
      clientMs: (user + system) / 1_000,
    })
  }
  const of = (field: keyof (typeof rounds)[number]): number =>
    rounded(median(rounds.map((round) => round[field])))
  const elapsedMs = of('elapsedMs')
  report({
    bench: 'traffic/fanOut',
    id: `${SUBNET_AXONS} miners, cold, a tenth dead, a tenth stalling, ${TIMEOUT_MS.toLocaleString('en')} ms`,
    healthy,
    keptAtLeast: Math.min(...rounds.map(({ kept }) => kept)),
    lost: healthy - Math.min(...rounds.map(({ kept }) => kept)),
    medianUs: rounded(1_000 * elapsedMs),
    longestUs: rounded(1_000 * Math.max(...rounds.map((round) => round.elapsedMs))),
    slowestAnswerUs: rounded(1_000 * of('slowestMs')),
    serverUs: rounded(1_000 * of('serverMs')),
    clientUs: rounded(1_000 * of('clientMs')),
    runs: ROUNDS,
  })
  subnet.stop()
}
