import { describe, expect, test } from 'vitest'
import { InvalidArgumentError, MissingPackageError } from '../../../src/errors/index.js'
import { renderReport } from '../../../src/report/index.js'
import { loadEcharts } from '../../../src/report/lineChart.js'
import { frameOf, hotkeyOf } from './frames.js'

const miner = (name: string, incentive: number, earnedAlpha: bigint) => ({ name, incentive, earnedAlpha })

/** Three epochs of one validator and two miners; the better miner's share grows. */
const frames = [0.5, 0.6, 0.7].map((share, index) =>
  frameOf(index + 1, [
    {
      name: 'judge',
      dividends: 1,
      trust: 0.9,
      earnedAlpha: 2_000_000_000n,
      stakeAlpha: 40_000_000_000n,
      weights: [
        [1, 30_000],
        [2, 10_000],
      ],
      bonds: [
        [1, 65_535],
        [2, 32_768],
      ],
    },
    miner('able', share, 1_500_000_000n),
    miner('slow', 1 - share, 500_000_000n),
  ]),
)

/** The drawn area of one card, by its heading. */
function cardOf(html: string, heading: string): string {
  const start = html.indexOf(`<h3>${heading}</h3>`)
  expect(start, `card ${heading}`).toBeGreaterThan(0)
  return html.slice(start, html.indexOf('</section>', start))
}

const textOf = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

describe('renderReport', () => {
  test('is one page that loads and runs nothing', async () => {
    const html = await renderReport({ title: 'T', frames })
    expect(html.startsWith('<!doctype html>')).toBe(true)
    expect(html).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\(|\son\w+=/i)
    const addresses = (html.match(/https?:\/\/[^"'\s<>)]+/g) ?? []).filter(
      (address) => !/^http:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink)$/.test(address),
    )
    expect(addresses).toEqual([])
  })

  test('draws every neuron in the charts of its kind, with its last value', async () => {
    const html = await renderReport({ title: 'T', frames })
    expect(textOf(cardOf(html, 'Incentive'))).toContain('able 70% slow 30%')
    expect(cardOf(html, 'Incentive')).not.toContain('judge')
    expect(textOf(cardOf(html, 'Dividends'))).toContain('judge 100%')
    expect(cardOf(html, 'Dividends')).not.toContain('able')
    expect(textOf(cardOf(html, 'Validator trust'))).toContain('judge 90%')
    expect(textOf(cardOf(html, 'Pay'))).toContain('judge 2.00 able 1.50 slow 0.50')
    for (const heading of ['Incentive', 'Dividends', 'Validator trust', 'Pay', 'Stake', 'Price']) {
      expect(cardOf(html, heading)).toContain('<svg role="img"')
    }
  })

  test('a line rises with its values', async () => {
    const card = cardOf(await renderReport({ title: 'T', frames }), 'Incentive')
    const able = card.match(/<path d="([^"]*)"[^>]*stroke="var\(--c1\)"/)?.[1]
    const heights = [...(able ?? '').matchAll(/[ML ]?([\d.]+) ([\d.]+)/g)].map(([, , y]) => Number(y))
    expect(heights).toHaveLength(3)
    // In SVG a smaller y is higher up.
    expect(heights[0]).toBeGreaterThan(heights[1]!)
    expect(heights[1]).toBeGreaterThan(heights[2]!)
  })

  test('sums earnings over the epochs, most first, with role and reason', async () => {
    const html = await renderReport({
      title: 'T',
      frames,
      neurons: [{ hotkey: hotkeyOf('able'), role: 'good miner', reason: 'Its errors were small.' }],
    })
    const table = textOf(html.slice(html.indexOf('class="earned"'), html.indexOf('Epoch by epoch')))
    expect(table).toMatch(
      // What was earned is worth 1.25 times as much TAO at the last price; judge has 40 alpha of stake.
      /0 judge validator 40\.0 6\.000 7\.500 50% .*1 able good miner 0\.0 4\.500 5\.625 38% .*2 slow miner 0\.0 1\.500 1\.875 13%/,
    )
    expect(table).toContain('Its errors were small.')
  })

  test('says what alpha costs, what part of the TAO comes here and how much is staked', async () => {
    const html = await renderReport({ title: 'T', frames })
    expect(textOf(html)).toContain(
      'What pay is worth Price of 1 alpha 1.2500 TAO Share of each block’s TAO 25% Alpha staked 40 Pay is alpha',
    )
    expect(textOf(cardOf(html, 'Price'))).toContain('TAO for 1 alpha 1.2500')
    expect(textOf(cardOf(html, 'Stake'))).toContain('judge 40')
  })

  test('draws the price where it is, not from zero', async () => {
    const dearer = frames.map((frame, at) => ({ ...frame, priceBits: frame.priceBits + (BigInt(at) << 54n) }))
    const html = await renderReport({ title: 'T', frames: dearer })
    const labels = [...cardOf(html, 'Price').matchAll(/>(\d\.\d{4})</g)].map(([, label]) => Number(label))
    expect(Math.min(...labels)).toBeGreaterThan(1.2)
  })

  test('shows the last weights by row and bonds by their size', async () => {
    const html = await renderReport({ title: 'T', frames })
    expect(textOf(cardOf(html, 'Weights'))).toContain('judge 75 25')
    expect(textOf(cardOf(html, 'Bonds'))).toContain('judge 100 50')
  })

  test('who neither serves nor rates is in the accounts, not among the miners', async () => {
    const html = await renderReport({
      title: 'T',
      frames: [frameOf(1, [miner('able', 1, 1n), { name: 'owner', earnedAlpha: 9_000_000_000n }])],
    })
    expect(cardOf(html, 'Incentive')).not.toContain('owner')
    expect(cardOf(html, 'Pay')).toContain('owner')
  })

  test('facts, subtitle and notes are shown', async () => {
    const html = await renderReport({
      title: 'T',
      subtitle: 'Under it',
      frames,
      facts: [{ label: 'Epochs', value: '3' }],
      notes: [{ heading: 'Why', text: 'Because.' }],
    })
    expect(textOf(html)).toContain('Under it')
    expect(html).toContain('<dt>Epochs</dt><dd>3</dd>')
    expect(html).toContain('<h3>Why</h3><p>Because.</p>')
  })

  test('escapes every text it is given', async () => {
    const evil = `<script>alert("1")</script>'&`
    const html = await renderReport({
      title: evil,
      subtitle: evil,
      frames: [
        frameOf(1, [
          { name: evil, hotkey: 'other', dividends: 1, weights: [[1, 1]], bonds: [[1, 1]] },
          { name: evil, hotkey: evil, incentive: 1 },
        ]),
      ],
      neurons: [{ hotkey: hotkeyOf(evil), role: evil, reason: evil }],
      facts: [{ label: evil, value: evil }],
      notes: [{ heading: evil, text: evil }],
    })
    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;')
  })

  test('follows a hotkey, not a slot: a newcomer in an old slot starts its own line', async () => {
    const html = await renderReport({
      title: 'T',
      frames: [
        frameOf(1, [miner('first', 1, 1_000_000_000n)]),
        frameOf(2, [miner('second', 1, 3_000_000_000n)]),
      ],
    })
    expect(textOf(cardOf(html, 'Pay'))).toContain('second 3.00 first gone')
    expect(textOf(html)).toMatch(/second miner 0\.0 3\.000 3\.750 75% .*first miner 0\.0 1\.000 1\.250 25%/)
  })

  test('says so when a kind of neuron is absent', async () => {
    const html = await renderReport({ title: 'T', frames: [frameOf(1, [miner('alone', 1, 0n)])] })
    expect(cardOf(html, 'Dividends')).toContain('Nothing to show')
  })

  test('shows those that earned most when there are many', async () => {
    const many = Array.from({ length: 30 }, (_, uid) => miner(`m${uid}`, 1 / 30, BigInt(uid)))
    const html = await renderReport({ title: 'T', frames: [frameOf(1, many)] })
    const lines = cardOf(html, 'Incentive').match(/<li>/g)
    expect(lines).toHaveLength(24)
    expect(cardOf(html, 'Incentive')).not.toContain('</i>m5 ')
    expect(html.match(/<tr><td class="number">/g)).toHaveLength(30)
  })

  test('refuses to draw nothing', async () => {
    const error = await renderReport({ title: 'T', frames: [] }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(InvalidArgumentError)
    expect(error).toMatchObject({ field: 'frames', message: expect.stringContaining('at least one epoch') })
  })

  test('the same frames give the same page', async () => {
    expect(await renderReport({ title: 'T', frames })).toBe(await renderReport({ title: 'T', frames }))
  })
})

describe('loadEcharts', () => {
  test('an absent package is named, with what to install', async () => {
    const error = await loadEcharts(() => Promise.reject(new Error('absent'))).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(MissingPackageError)
    expect(error).toMatchObject({
      code: 'MissingPackage',
      packageName: 'echarts',
      message:
        'The package echarts is needed for drawing reports and could not be loaded. Install it: npm install echarts',
    })
  })
})
