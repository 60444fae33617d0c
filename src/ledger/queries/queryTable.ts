import { check, oneOf } from '../../checks/index.js'
import { account, invariants, recentBlock, totals } from './chainQueries.js'
import { children } from './children.js'
import { commitment, commitmentQuota, commitments } from './commitments.js'
import type { QueryContext, QueryDefinition } from './defineQuery.js'
import { delegates } from './delegates.js'
import { emissionShares } from './emissionShares.js'
import { identity, subnetIdentity } from './identities.js'
import { conviction, locks } from './lockQueries.js'
import { newSubnet } from './newSubnet.js'
import { nextUid } from './nextUid.js'
import { nominators } from './nominators.js'
import { ownedHotkeys } from './ownedHotkeys.js'
import { parents } from './parents.js'
import { positions } from './positions.js'
import { stakeQuote, unstakeQuote } from './quotes.js'
import { rootClaims, rootClaimType } from './rootClaims.js'
import { serving } from './serving.js'
import { owner, stake } from './stakeQueries.js'
import { metagraph, subnet, uid } from './subnetQueries.js'
import { beacon, timelockRoundsDue, timelocksDue } from './timelocksDue.js'
import { unownedAlpha } from './unownedAlpha.js'
import { weightsCommits } from './weightsCommits.js'

/** Every query by its name. */
export const QUERIES = {
  account,
  totals,
  subnet,
  newSubnet,
  emissionShares,
  metagraph,
  uid,
  nextUid,
  serving,
  commitment,
  commitments,
  commitmentQuota,
  identity,
  subnetIdentity,
  stake,
  stakeQuote,
  unstakeQuote,
  owner,
  recentBlock,
  invariants,
  positions,
  ownedHotkeys,
  delegates,
  nominators,
  locks,
  conviction,
  children,
  parents,
  rootClaims,
  rootClaimType,
  unownedAlpha,
  beacon,
  timelockRoundsDue,
  timelocksDue,
  weightsCommits,
}

type Definitions = typeof QUERIES

/** Read-only questions to the state at the head: arguments and answer of each. */
export type Queries = {
  readonly [N in keyof Definitions]: Definitions[N] extends QueryDefinition<infer Args, infer Answer>
    ? { readonly args: Args; readonly answer: Answer }
    : never
}

export type QueryName = keyof Queries

const nameCheck = oneOf(Object.keys(QUERIES))

/**
 * Holds a question to what it takes, before it is asked.
 *
 * @throws InvalidArgumentError for a name that is no query's, or naming the argument that is missing, wrong or unknown.
 *
 * @example
 * ```ts
 * import { checkQuery } from 'subnetkit/ledger'
 *
 * checkQuery('subnet', { netuid: 1 })
 * ```
 */
export function checkQuery(name: unknown, args: unknown): asserts name is QueryName {
  check('name', nameCheck, name)
  check('args', QUERIES[name as QueryName].argsShape, args)
}

/** Answers a question that was checked. */
export function answerTo<N extends QueryName>(
  context: QueryContext,
  name: N,
  args: Queries[N]['args'],
): Queries[N]['answer'] {
  const query = QUERIES[name] as QueryDefinition<Queries[N]['args'], Queries[N]['answer']>
  return query.answer(context, args)
}
