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
