import { closeSync, existsSync, rmSync } from 'node:fs'
import { loadCharts, renderSimulation } from '../report/index.js'
import type { Simulation } from '../simulation/index.js'
import { formatTao } from '../units/index.js'
import { opened } from './FrameOutput.js'
import { duration, grouped } from './SimulateProgress.js'
import type { SimulateStory } from './SimulateStory.js'
import type { PolicyName } from './simulateOptions.js'
import { partPathOf, writeBeside } from './writeBeside.js'

const BLOCK_SECONDS = 12

const MODEL =
  'Every block, epoch, payment and trade follows the rules of the chain. What miners are worth, and how much people want a subnet, is made up from the seed: some of it stays, the ' +
  'rest drifts. Owners and miners sell most of their pay, and people buy or sell as they like a subnet. So the lines say what these rules make of such people, not what a market would do.'

/** A run as a page of charts. */
export function simulatePage(
  simulation: Simulation,
  story: SimulateStory,
  policy: PolicyName,
): Promise<string> {
  const { plan, changes, block } = simulation
  const issuanceRao = story.last?.columns.totalIssuanceRao[0] ?? 0n
  const changed = changes.map(({ name, value, reference }) => `${name} ${value}, not ${reference}`)
  if (policy !== 'reference') changed.push(`the policy ${policy}, not reference`)
  return renderSimulation({
    title: `A simulated network of ${plan.subnets} ${plan.subnets === 1 ? 'subnet' : 'subnets'}`,
    subtitle: `${grouped(block)} blocks, ${duration(block * BLOCK_SECONDS)} of the chain, seed ${JSON.stringify(plan.seed)}. An epoch every ${grouped(plan.tempoBlocks)} blocks.`,
    frames: story.sample,
    facts: [
      { label: 'Validators, the same everywhere', value: grouped(plan.validators) },
      { label: 'Miners of each subnet', value: grouped(plan.miners) },
      { label: 'TAO there is at the end', value: grouped(BigInt(formatTao(issuanceRao, 0))) },
    ],
    notes: [
      { heading: 'What is real, and what is made up', text: MODEL },
      { heading: 'Rules that are not the reference’s', text: `${changed.join('; ')}.` },
    ],
  })
}

/**
 * Whether a page can be drawn and written, before what it shows is computed. Leaves no file behind.
 *
 * @param load - loads what draws it.
 * @throws MissingPackageError, UsageError
 */
export async function checkChart(path: string, load = loadCharts): Promise<void> {
  await load()
  for (const one of [path, partPathOf(path)]) {
    const isThere = existsSync(one)
    closeSync(opened('--chart', one, 'a'))
    if (!isThere) rmSync(one)
  }
}

/** Writes the page, over one that was there. @throws OutputError; one that was there is kept. */
export function writeChart(path: string, html: string): void {
  writeBeside(path, Buffer.from(html))
}
