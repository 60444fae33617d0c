import { blockEmissionRao } from '../../emission/index.js'
import { type Anomaly, findAnomalies } from '../invariants/findAnomalies.js'
import { findBrokenInvariants } from '../invariants/findBrokenInvariants.js'
import { accountOf } from '../state/account.js'
import { address, hash, MAX_PAGE } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** What an account has, and the nonce that its next call must carry. */
export const account = defineQuery({ address }, ({ state }, args) => {
  const id = accountOf(args.address)
  return { balanceRao: state.balanceRao(id), nonce: state.nonce(id) }
})

export const totals = defineQuery({}, ({ state }) => {
  const { block, totalIssuanceRao } = state.chain
  const netuids = [...state.netuids()]
  return { block, totalIssuanceRao, blockEmissionRao: blockEmissionRao(totalIssuanceRao), netuids }
})

/** Whether a block is among the last `callWindowBlocks`, the head included: its number, else `null`. */
export const recentBlock = defineQuery({ hash }, ({ recent }, args) => recent.numberOf(args.hash) ?? null)

/**
 * Holds the whole state to what must be: `broken` is a sentence per rule that does not hold, none in a ledger without a defect; `anomalies` are what the
 * reference has too and a reader should know of; the first thousand of each. PERF: reads every record.
 */
export const invariants = defineQuery(
  {},
  ({ state }): { readonly broken: readonly string[]; readonly anomalies: readonly Anomaly[] } => ({
    broken: findBrokenInvariants(state).slice(0, MAX_PAGE),
    anomalies: findAnomalies(state).slice(0, MAX_PAGE),
  }),
)
