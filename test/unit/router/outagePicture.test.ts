import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { sleep, VirtualClock } from '../../../src/clock/index.js'
import { silentLogger } from '../../../src/log/index.js'
import { Router } from '../../../src/router/index.js'
import { defineSynapse } from '../../../src/synapse/index.js'
import { type Act, ScriptedDendrite, targetsNamed } from './ScriptedDendrite.js'

const ask = defineSynapse({ name: 'ask', request: z.number(), answer: z.string(), idempotent: true })
const NAMES = ['first', 'second', 'third']
const SECONDS = 40
const CALLS_PER_SECOND = 10
const OUTAGE_S = [10, 20] as const

/** Who answered in each second, of calls at an even pace while the second miner dies and returns. */
async function answersBySecond(): Promise<{ answers: number[][]; statuses: Set<string> }> {
  const clock = new VirtualClock({ startMs: 1_000 })
  const dendrite = new ScriptedDendrite(clock)
  const since = (): number => (clock.now() - 1_000) / 1_000
  const isDown = (): boolean => since() >= OUTAGE_S[0] && since() < OUTAGE_S[1]
  const up: Act = { status: 'ok', afterMs: 20 }
  dendrite.acts('second', () => (isDown() ? { status: 'unreachable', afterMs: 1 } : up))
  for (const name of ['first', 'third']) dendrite.acts(name, up)
  const router = await Router.start({
    dendrite,
    candidates: targetsNamed(...NAMES),
    clock,
    seed: 'picture',
    logger: silentLogger,
  })
  const answers = Array.from({ length: SECONDS }, () => NAMES.map(() => 0))
  const statuses = new Set<string>()
  const caller = (async () => {
    for (let i = 0; i < SECONDS * CALLS_PER_SECOND; i++) {
      const second = answers[Math.floor(i / CALLS_PER_SECOND)]!
      void router.call(ask, i).then((result) => {
        statuses.add(result.status)
        if (result.status === 'ok') second[NAMES.indexOf(result.answer)]!++
      })
      await sleep(clock, 1_000 / CALLS_PER_SECOND)
    }
  })()
  await clock.run({ untilMs: 1_000 * (SECONDS + 2) })
  await caller
  return { answers, statuses }
}

/** Shares over the last three seconds, as lines over time. */
function pictureOf(answers: readonly (readonly number[])[]): string {
  const [width, height, left, top, bottom] = [720, 260, 44, 34, 36]
  const x = (second: number): number => left + ((width - left - 12) * second) / (SECONDS - 1)
  const y = (share: number): number => height - bottom - (height - top - bottom) * share
  const share = (miner: number, second: number): number => {
    const last = answers.slice(Math.max(0, second - 2), second + 1)
    const sum = (of: (row: readonly number[]) => number): number =>
      last.reduce((all, row) => all + of(row), 0)
    return (
      sum((row) => row[miner]!) /
      Math.max(
        1,
        sum((row) => row.reduce((all, one) => all + one, 0)),
      )
    )
  }
  const text = (at: number, over: number, words: string, anchor = 'middle', color = '#52606d'): string =>
    `<text x="${at}" y="${over}" text-anchor="${anchor}" fill="${color}">${words}</text>`
  const colors = ['#1f77b4', '#d62728', '#2ca02c']
  const lines = NAMES.map((name, miner) => {
    const points = answers.map((_, second) => `${x(second).toFixed(1)},${y(share(miner, second)).toFixed(1)}`)
    return [
      `<polyline fill="none" stroke="${colors[miner]}" stroke-width="2" points="${points.join(' ')}"/>`,
      text(left + 90 + 160 * miner, 18, `${name} miner`, 'start', colors[miner]),
    ].join('\n')
  })
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) =>
    [
      `<line x1="${left}" x2="${width - 12}" y1="${y(part)}" y2="${y(part)}" stroke="#e4e7eb"/>`,
      text(left - 6, y(part) + 4, `${100 * part}%`, 'end'),
    ].join('\n'),
  )
  const [from, to] = OUTAGE_S.map(x) as [number, number]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Share of the calls that each of three miners answers while the second is down from ${OUTAGE_S[0]} to ${OUTAGE_S[1]} seconds</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<rect x="${from.toFixed(1)}" y="${top}" width="${(to - from).toFixed(1)}" height="${height - top - bottom}" fill="#f5f7fa"/>
${grid.join('\n')}
${[0, 10, 20, 30].map((second) => text(Number(x(second).toFixed(1)), height - 16, `${second} s`)).join('\n')}
${lines.join('\n')}
</svg>
`
}

describe('the picture of docs/router.md', () => {
  it('shows how choice moves while a miner is down, and every call answered', async () => {
    const { answers, statuses } = await answersBySecond()
    expect([...statuses]).toEqual(['ok'])
    const ofSecond = (from: number, to: number): number =>
      answers.slice(from, to).reduce((sum, row) => sum + row[1]!, 0) / ((to - from) * CALLS_PER_SECOND)
    expect(ofSecond(0, 10)).toBeGreaterThan(0.2)
    expect(ofSecond(10, 20)).toBe(0)
    expect(ofSecond(30, 40)).toBeGreaterThan(0.1)
    await expect(pictureOf(answers)).toMatchFileSnapshot('../../../docs/images/router-outage.svg')
  })
})
