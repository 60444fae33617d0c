import { sleep } from 'subnetkit/clock'
import type { CanonicalValue } from 'subnetkit/codec'
import type { SubnetMechanism } from 'subnetkit/mechanism'
import type { AnswerCost, MinerSelf, MinerSpec, MinerWork } from 'subnetkit/network'
import type { AnswerTask } from 'subnetkit/neuron'
import type { MarketMiner } from './market.js'
import { seatOf } from './marketRun.js'

/** What a miner of a market works with where time is real: what an answer costs on virtual time, it takes. */
export async function minerWork<Task, Answer, State extends CanonicalValue>(
  { name, spec }: MarketMiner<Task, Answer>,
  mechanism: SubnetMechanism<Task, Answer, State>,
  self: MinerSelf,
  seed: string,
): Promise<MinerWork<Task, Answer>> {
  const given: Omit<MinerSpec<Task, Answer>, 'name' | 'diesAfterEpoch'> = spec(seatOf(name, seed))
  const { answer, prepare, synapse = mechanism.synapse, answerCostMs = 0, answers = [], ...settings } = given
  const work = answer ?? (await prepare?.(self))
  if (work === undefined || synapse === undefined) return { ...settings, answers }
  return { ...settings, answers, mechanism: { synapse }, answer: taking(work, answerCostMs) }
}

function taking<Task, Answer>(
  answer: AnswerTask<Task, Answer>,
  costMs: AnswerCost<Task>,
): AnswerTask<Task, Answer> {
  if (costMs === 0) return answer
  return async (task, context) => {
    const cost = typeof costMs === 'number' ? costMs : costMs(task)
    const [given] = await Promise.all([answer(task, context), sleep(context.clock, cost)])
    return given
  }
}
