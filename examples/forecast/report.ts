import type { EpochFrame } from 'subnetkit/metagraph'
import type { ReportNote, ReportOptions } from 'subnetkit/report'
import { formatTao } from 'subnetkit/units'
import type { Observations } from './observations.js'
import type { Earning } from './reasons.js'

/** What the report of a run says. */
export function reportOf(run: {
  readonly seed: string
  readonly blockMs: number
  readonly seconds: number
  readonly frames: readonly EpochFrame[]
  readonly observations: Observations
  readonly earnings: readonly Earning[]
}): ReportOptions {
  const { frames, observations, earnings } = run
  const totalAlpha = earnings.reduce((sum, { earnedAlpha }) => sum + earnedAlpha, 0n)
  return {
    title: 'Seattle weather: a forecasting network',
    subtitle:
      'Eight miners forecast the highest temperature of the next four days. Two validators score them against ' +
      `what the weather did, a third copies their weights. Seed ${run.seed}, blocks of ${run.blockMs} ms.`,
    frames,
    facts: [
      { label: 'Epochs', value: String(frames.length) },
      { label: 'Blocks', value: String(frames.at(-1)?.block ?? 0) },
      { label: 'Different questions', value: String(observations.distinctQuestions) },
      { label: 'Rounds scored', value: String(observations.rounds) },
      { label: 'Alpha earned', value: formatTao(totalAlpha, 1) },
      { label: 'Run time', value: `${run.seconds.toFixed(0)} s` },
    ],
    neurons: earnings.map(({ hotkey, role, reason }) => ({ hotkey, role, reason })),
    notes: NOTES,
  }
}

const NOTES: readonly ReportNote[] = [
  {
    heading: 'How answers are scored',
    text:
      'Every round asks about 32 days that the block hash draws from 2014 and 2015. For each day that is forecast the ' +
      'miners are ranked by their error; a miner gets the share of the field it reaches. Its weight is the fifth power of its ' +
      'mean score. An answer that repeats an earlier one, is malformed or missing scores 0, and two misses in a row ' +
      'end the pay until the miner answers again.',
  },
  {
    heading: 'Why the weight copier does well',
    text:
      'The mirror asks nobody: it sets the stake-weighted mean of what the other validators said before. While miners ' +
      'change little from epoch to epoch, yesterday’s opinion is nearly right, so it earns almost as much for its stake as ' +
      'honest work. It falls behind when something changes, such as a miner that dies: it backs the dead one an epoch ' +
      'longer. Concealing weights for a while (commit-reveal) is what takes the profit out of it.',
  },
  {
    heading: 'What is real, and what is not',
    text:
      'Keys, signatures, sockets, models, consensus and the ledger are real. The TAO and the alpha exist on this machine’s chain ' +
      'alone. ' +
      'The weather is the record of 2012 to 2015 (NOAA): the models learnt from the first two years, but a miner that kept ' +
      'the record of the last two could look the answers up. A live network would ask about tomorrow.',
  },
]
