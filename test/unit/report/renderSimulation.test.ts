import { describe, expect, test } from 'vitest'
import { renderSimulation } from '../../../src/report/index.js'
import { Simulation, type SimulationFrame } from '../../../src/simulation/index.js'
import { frameAt } from '../simulation/frameAt.js'

async function runOf(subnets: number, blocks: number): Promise<SimulationFrame[]> {
  const options = { subnets, validators: 2, miners: 3, tempoBlocks: 20, everyBlocks: 50 }
  const simulation = await Simulation.start(options)
  const frames: SimulationFrame[] = []
  for await (const frame of simulation.run({ blocks })) frames.push(frame)
  return frames
}

/** Texts of a chart's axis: the one down ends at it, the one across has its text in the middle. */
const labelsOf = (chart: string, anchor: string): string[] =>
  Array.from(chart.matchAll(/<text([^>]*)>([^<]*)</g)).flatMap(([, attributes, text]) =>
    attributes?.includes(`text-anchor="${anchor}"`) && text !== undefined ? [text] : [],
  )

describe('the page of a simulation', () => {
  test('holds a chart of each thing and a table, and needs nothing else', async () => {
    const frames = await runOf(3, 300)
    const html = await renderSimulation({ title: 'Three <subnets>', frames })
    expect(html.match(/<svg role="img"/g)).toHaveLength(6)
    for (const heading of ['Price', 'Share of the new TAO', 'Who is paid', 'Trade', 'Best miner'])
      expect(html).toContain(`<h3>${heading}</h3>`)
    expect(html).toContain('<h1>Three &lt;subnets&gt;</h1>')
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined|Infinity/)
    const last = frames.at(-1)!.columns
    for (const [at, netuid] of last.netuid.entries()) {
      expect(html).toContain(`<th scope="row">subnet ${netuid}</th>`)
      expect(html).toContain(`subnet ${netuid} <b>${last.price[at]!.toFixed(4)}</b>`)
    }
  })

  test('has axes whose figures tell its lines apart, short or long as it is', async () => {
    for (const blocks of [50, 300, 15_000]) {
      const html = await renderSimulation({ title: 'T', frames: await runOf(2, blocks) })
      const charts = html.match(/<svg role="img".*?<\/svg>/gs) ?? []
      expect(charts).toHaveLength(6)
      for (const chart of charts) {
        const [down, across] = [labelsOf(chart, 'end'), labelsOf(chart, 'middle')]
        expect(down.length).toBeGreaterThan(2)
        expect(new Set(down).size).toBe(down.length)
        expect([across.length <= 13, new Set(across).size]).toEqual([true, across.length])
      }
    }
  })

  test('says in days how long a long run is, and has commas between thousands', async () => {
    const long = await renderSimulation({ title: 'T', frames: [frameAt(36_000, 2), frameAt(72_000, 2)] })
    expect(labelsOf(long, 'middle')).toEqual(expect.arrayContaining(['5', '10', 'day']))
    const day = await renderSimulation({ title: 'T', frames: [frameAt(3_600, 2), frameAt(7_200, 2)] })
    expect(labelsOf(day, 'middle')).toEqual(expect.arrayContaining(['4,000', 'block']))
  })

  test('says of miners that none is paid yet, where no epoch ran', async () => {
    const options = { subnets: 2, validators: 2, miners: 3, tempoBlocks: 500, everyBlocks: 10 }
    const simulation = await Simulation.start(options)
    const frames: SimulationFrame[] = []
    for await (const frame of simulation.run({ blocks: 20 })) frames.push(frame)
    expect(frames.map(({ columns }) => [...columns.epochs])).toEqual([
      [0, 0],
      [0, 0],
    ])
    const html = await renderSimulation({ title: 'T', frames })
    expect(html).toContain('subnet 1 <b>none yet</b>')
    expect(html).toContain('<td class="number">none paid</td>')
    expect(html).not.toContain('gone')
  })

  test('is the same text for the same frames', async () => {
    const frames = await runOf(2, 100)
    expect(await renderSimulation({ title: 'T', frames })).toBe(
      await renderSimulation({ title: 'T', frames }),
    )
  })

  test('of many subnets draws the twelve that get most, and says so', async () => {
    const html = await renderSimulation({ title: 'T', frames: [frameAt(1, 60), frameAt(2, 60)] })
    expect(html).toContain('The 12 of 60 subnets that get most at the end.')
    expect(html).toContain('20 subnets with less are left out')
  })

  test('wants frames, all of the same subnets', async () => {
    await expect(renderSimulation({ title: 'T', frames: [] })).rejects.toMatchObject({ field: 'frames' })
    await expect(
      renderSimulation({ title: 'T', frames: [frameAt(1, 0), frameAt(2, 0)] }),
    ).rejects.toMatchObject({
      field: 'frames[1].columns.netuid',
      message: expect.stringContaining('at least one'),
    })
    await expect(
      renderSimulation({ title: 'T', frames: [frameAt(1, 2), frameAt(2, 3)] }),
    ).rejects.toMatchObject({ code: 'Shape', field: 'frames[0].columns.block' })
  })
})
