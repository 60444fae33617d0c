import type { Simulation } from '../simulation/index.js'
import { formatTao } from '../units/index.js'
import { duration, grouped } from './SimulateProgress.js'
import type { SimulateStory, SubnetStory } from './SimulateStory.js'
import type { PolicyName } from './simulateOptions.js'
import { refusalsInWords, simulateWarnings } from './simulateWarnings.js'

/** Rows that a table shows; those that get least are left out. */
const MOST_ROWS = 20
const BLOCK_SECONDS = 12

/** What a run came to. */
export interface SimulateResult {
  readonly simulation: Simulation
  readonly story: SimulateStory
  readonly policy: PolicyName
  /** Blocks that were made now, and how long that took. */
  readonly made: number
  readonly seconds: number
  /** The block that it was to come to. */
  readonly blocks: number
}

/** What is told before a run: who is there, and where the rules are not the reference's. */
export function simulateIntroduction({ plan, changes }: Simulation, policy: PolicyName): string {
  const { subnets, validators, miners, tempoBlocks, preset, seed } = plan
  const rows = changes.map(({ name, value, reference, why }) => [
    `  ${name}`,
    `${String(value)}, not ${String(reference)}`,
    why ?? (preset === 'reference' ? 'asked for' : `of the preset ${preset}`),
  ])
  const policyRows = policy === 'reference' ? [] : [['  policy', `${policy}, not reference`, 'asked for']]
  return `${count(subnets, 'subnet')} of ${count(validators, 'validator')} and ${count(miners, 'miner')}, an epoch every ${count(tempoBlocks, 'block')}, seed ${JSON.stringify(seed)}. Rules of the reference chain, but for:\n${aligned([...rows, ...policyRows], 'left')}`
}

/** What came of a run, in words and a table. */
export function simulateSummary({ simulation, story, made, seconds, blocks }: SimulateResult): string {
  const { block } = simulation
  const isWhole = block === blocks
  const pace = seconds > 0 ? `, ${grouped((made * BLOCK_SECONDS) / seconds)} times real time` : ''
  const head = `${isWhole ? 'Simulated' : 'Stopped after'} ${isWhole ? count(block, 'block') : `${grouped(block)} of ${count(blocks, 'block')}`}, ${duration(block * BLOCK_SECONDS)} of the chain, in ${duration(seconds)}${pace}.\n`
  const warnings = simulateWarnings(simulation, story).map((warning) => `Warning: ${warning}\n`)
  return [
    `${head}${table(story)}`,
    `Calls that the rules refused: ${refusalsInWords(simulation)}.\n`,
    ...warnings,
    hashLine(simulation),
  ].join('')
}

function table(story: SimulateStory): string {
  const { last, subnets } = story
  if (last === undefined) return 'No frame was reached.\n'
  const shown = [...subnets].sort(byShare).slice(0, MOST_ROWS)
  const rows = [
    ['subnet', 'price', 'average', 'new TAO', 'owner', 'miners', 'validators', 'on root', 'best miner'],
    ...shown.map((one) => [
      String(one.netuid),
      priceText(one.price),
      priceText(one.movingPrice),
      percent(one.emissionShare),
      ...[one.ownerAlpha, one.minersAlpha, one.validatorsAlpha, one.rootAlpha].map(wholeAlpha),
      percent(one.topMinerShare),
    ]),
  ]
  const left = subnets.length - shown.length
  const issuance = last.columns.totalIssuanceRao[0] ?? 0n
  return [
    `\n${aligned(rows, 'right')}`,
    left === 0 ? '' : `(and ${count(left, 'subnet')} that got less)\n`,
    `\nAs of block ${grouped(last.block)}. price: TAO that one alpha, the subnet's own money, costs. average: that of the price, by which the chain\n`,
    "shares its new TAO. new TAO: the subnet's part of the last block's. Then whole alpha paid in the run: to its owner, its miners, its\n",
    "validators with those who stake with them, and put aside for those who stake TAO on root. best miner: the best-paid miner's part of\n",
    "the miners' pay at the end.\n",
    `All TAO there is: ${grouped(BigInt(formatTao(issuance, 0)))}.\n`,
  ].join('')
}

/** The same as data: amounts are text, since JSON's numbers would round them. */
export function simulateJson({ simulation, story, policy, made, seconds, blocks }: SimulateResult): string {
  const { plan, changes, block, ledger } = simulation
  const result = {
    block,
    blocks,
    made,
    seconds,
    frames: story.count,
    lastFrameBlock: story.last?.block ?? null,
    totalIssuanceRao: story.last?.columns.totalIssuanceRao[0] ?? null,
    blockHash: ledger.info().head.hash,
    plan,
    policy,
    changes,
    refusals: simulation.refusals,
    warnings: simulateWarnings(simulation, story),
    subnets: story.subnets,
  }
  return `${JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? value.toString() : value), 2)}\n`
}

function hashLine({ ledger }: Simulation): string {
  return `The same options give the same history: hash of the last block ${ledger.info().head.hash}.\n`
}

const byShare = (a: SubnetStory, b: SubnetStory): number =>
  b.emissionShare - a.emissionShare || a.netuid - b.netuid

const wholeAlpha = (alpha: bigint): string => grouped(BigInt(formatTao(alpha, 0)))
/** Averages begin at 0, and follow for weeks. */
const priceText = (price: number): string => price.toFixed(price > 0 && price < 0.001 ? 8 : 4)
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`
export const count = (number: number, what: string): string =>
  `${grouped(number)} ${what}${number === 1 ? '' : 's'}`

/** Rows of text as columns. */
function aligned(rows: readonly (readonly string[])[], side: 'left' | 'right'): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((text, at) => (side === 'left' ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  '),
  )
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}
