import { SeededRandom } from 'subnetkit/math'
import { answerTo } from 'subnetkit/neuron'
import type { MarketMiner } from '../../support/market.js'
import { POOL, PROBLEMS } from '../mechanism.js'
import { problemsOf } from '../problems.js'
import { repair } from '../protocol.js'
import {
  betterAgent,
  copiedAgent,
  crammerAgent,
  memoriserAgent,
  overspenderAgent,
  readerAgent,
  tampererAgent,
  worseAgent,
} from './agents.js'
import { artefactOf, serving } from './serving.js'

type Agent = string | (() => string)

/** Honest miners first, the better one before the worse. The number is the block in which the agent is committed; who copies has got hold of the better one, and comes later. */
export const cast: readonly MarketMiner<never, never>[] = [
  miner(
    'better',
    'honest',
    'tries what the model finds likely, and a second change after the first',
    17,
    betterAgent,
  ),
  miner('worse', 'honest', 'turns comparisons round and tries small numbers, one at a time', 9, worseAgent),
  miner('memoriser', 'cheat', 'knows the right source of every problem that was ever set', 6, () =>
    memoriserAgent(setBefore()),
  ),
  miner('crammer', 'cheat', 'hands in a function that knows the examples by heart', 6, crammerAgent),
  miner('tamperer', 'cheat', 'hands in a function that changes what compares its results', 6, tampererAgent),
  miner(
    'reader',
    'cheat',
    'hands in one that changes what runs the tests, and keeps away from traps',
    6,
    readerAgent,
  ),
  {
    name: 'absentee',
    is: 'cheat',
    does: 'has the better agent before anybody, and sends customers back what they sent',
    spec: () => ({
      artefacts: artefactOf(`${betterAgent}\n`),
      answers: [answerTo(repair, ({ source }) => ({ source, tokens: 0 }))],
      artefactsAfterBlock: 7,
    }),
  },
  {
    name: 'overspender',
    is: 'cheat',
    does: 'buys hundreds of guesses for every place',
    spec: () => ({ ...serving(overspenderAgent, Number.POSITIVE_INFINITY), artefactsAfterBlock: 7 }),
  },
  miner(
    'copier',
    'cheat',
    'commits the better agent with other names, and asks the model in fewer words',
    18,
    copiedAgent,
  ),
]

function miner(
  name: string,
  is: 'honest' | 'cheat',
  does: string,
  block: number,
  agent: Agent,
): MarketMiner<never, never> {
  const spec = () => ({ ...serving(typeof agent === 'string' ? agent : agent()), artefactsAfterBlock: block })
  return { name, is, does, spec }
}

/** What an agent could know by heart if problems were the same in each round. */
function setBefore(): Map<string, string> {
  return new Map(problemsOf(new SeededRandom(POOL), PROBLEMS).map(({ source, right }) => [source, right]))
}
