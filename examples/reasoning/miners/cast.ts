import { sleep } from 'subnetkit/clock'
import { SeededRandom } from 'subnetkit/math'
import type { MinerSelf } from 'subnetkit/network'
import type { MarketMiner, MarketSeat } from '../../support/market.js'
import { environments, problemsOf } from '../environments.js'
import { POOL, PROBLEMS } from '../mechanism.js'
import {
  betterPolicy,
  giantPolicy,
  memoriserPolicy,
  perturbed,
  specialistPolicy,
  squatterPolicy,
  worsePolicy,
} from './policies.js'

/** When the first commits; the others follow, so many blocks after each other. */
const [FIRST_BLOCK, BLOCKS_APART, SWITCH_AFTER_MS] = [6, 1, 2_500]

/**
 * Honest miners first, the better one before the worse. The number is whose commitment comes when: the first of them is 0. Whoever copies the better policy has got hold
 * of its bytes, and commits ten blocks later: as processes they do not start at the same moment.
 */
export const cast: readonly MarketMiner<never, never>[] = [
  honest('better', 'eliminates, searches breadth first, squares', 5, betterPolicy),
  honest('worse', 'looks for simple secrets, walks straight, multiplies one by one', 3, worsePolicy),
  cheat('copier', 'commits the bytes of the better policy', 20, betterPolicy),
  cheat('perturbed', 'commits the better policy with one number changed', 15, withAnotherGuess),
  cheat('ticket-1', 'the same owner again, with another number', 16, withAnotherGuess),
  cheat('ticket-2', 'and again', 17, withAnotherGuess),
  cheat('specialist', 'is perfect at powers and answers nothing else', 18, specialistPolicy),
  cheat('memoriser', 'knows the answers to all that was ever asked', 4, () => memoriserPolicy(askedBefore())),
  {
    name: 'switcher',
    is: 'cheat',
    does: 'commits what takes an empty throne, and then the better policy in its place',
    spec: () => ({ artefacts: switching, artefactsAfterBlock: FIRST_BLOCK }),
  },
  cheat(
    'squatter',
    'knows what is enough for an empty throne, and who comes next: the giant',
    1,
    squatterPolicy,
  ),
  cheat('giant', 'the same owner, fills the memory so that the queue behind it waits', 2, giantPolicy),
]

/** Half a policy now; later, in its place, the better one with a line more, so that its bytes are its own. */
function switching({ clock, commitArtefacts }: MinerSelf) {
  const switched = sleep(clock, SWITCH_AFTER_MS).then(() => commitArtefacts(policyOf(`${betterPolicy}\n`)))
  switched.catch(() => {}) // the network ended before
  return policyOf(`${squatterPolicy}\n`)
}

const policyOf = (text: string) => [{ kind: 'policy', bytes: new TextEncoder().encode(text) }]

type Policy = string | ((seat: MarketSeat) => string)

function honest(name: string, does: string, turn: number, policy: Policy): MarketMiner<never, never> {
  return { name, is: 'honest', does, spec: (seat) => committing(policy, turn, seat) }
}

function cheat(name: string, does: string, turn: number, policy: Policy): MarketMiner<never, never> {
  return { name, is: 'cheat', does, spec: (seat) => committing(policy, turn, seat) }
}

function committing(policy: Policy, turn: number, seat: MarketSeat) {
  const text = typeof policy === 'string' ? policy : policy(seat)
  return { artefacts: policyOf(text), artefactsAfterBlock: FIRST_BLOCK + BLOCKS_APART * turn }
}

function withAnotherGuess({ random }: MarketSeat): string {
  return perturbed(1 + random.int(255))
}

/** What a policy could know by heart if problems were the same in each round. */
function askedBefore(): Map<string, number | string> {
  const problems = environments.flatMap((one) => problemsOf(one, new SeededRandom(POOL), PROBLEMS))
  return new Map(problems.map(({ question, answer }) => [JSON.stringify(question), answer]))
}
