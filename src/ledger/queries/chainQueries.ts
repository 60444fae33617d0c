import { blockEmissionRao } from '../../emission/index.js'
import { findBrokenInvariants } from '../invariants.js'
import { accountOf } from '../state/account.js'
import { address, hash } from './arguments.js'
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

/** Checks every invariant now; an empty list is good. PERF: reads every record. */
export const invariants = defineQuery({}, ({ state }): readonly string[] => findBrokenInvariants(state))
