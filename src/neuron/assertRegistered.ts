import type { Chain } from '../chain/index.js'
import type { Hotkey, Netuid } from '../units/index.js'
import { NotRegisteredError } from './neuronErrors.js'

/** @throws NotRegisteredError when the hotkey holds no slot of the subnet. */
export async function assertRegistered(who: {
  chain: Chain
  netuid: Netuid
  hotkey: Hotkey
  signal: AbortSignal
}): Promise<void> {
  const { chain, netuid, hotkey, signal } = who
  const uid = await chain.query('uid', { netuid, hotkey }, { signal })
  if (uid === null) throw new NotRegisteredError({ hotkey, netuid })
}
