import type { Waiting } from '../../emission/index.js'
import { saturatedU64 } from '../../math/index.js'
import type { Alpha, Netuid } from '../../units/index.js'
import type { LedgerState } from '../state/LedgerState.js'
import { reserves, reservoirs } from '../state/tables.js'

const NOTHING: Waiting = { taoRao: 0n, alpha: 0n }

/** What waits to go into a subnet's pool. */
export function reservoirOf(state: LedgerState, netuid: Netuid): Waiting {
  return state.get(reservoirs, netuid) ?? NOTHING
}

/** The alpha of it, which counts as issued. */
export function waitingAlpha(state: LedgerState, netuid: Netuid): Alpha {
  return reservoirOf(state, netuid).alpha
}

/** Keeps what a pool could not take. */
export function keepReservoir(state: LedgerState, netuid: Netuid, { taoRao, alpha }: Waiting): void {
  if (taoRao > 0n || alpha > 0n) state.set(reservoirs, [netuid], { taoRao, alpha })
  else state.delete(reservoirs, netuid)
}

/**
 * Lets all that waits join the pool of a subnet that ends, whatever its weights are.
 *
 * @source spec: `spec/chain.md` 13.17
 */
export function emptyReservoir(state: LedgerState, netuid: Netuid): void {
  const { taoRao, alpha } = reservoirOf(state, netuid)
  if (taoRao === 0n && alpha === 0n) return
  const { subnetTaoRao, alphaIn } = state.row(reserves, netuid)
  state.setRow(reserves, netuid, {
    subnetTaoRao: saturatedU64(subnetTaoRao + taoRao),
    alphaIn: saturatedU64(alphaIn + alpha),
  })
  state.setChain({ totalStakeRao: saturatedU64(state.chain.totalStakeRao + taoRao) })
  state.delete(reservoirs, netuid)
}
