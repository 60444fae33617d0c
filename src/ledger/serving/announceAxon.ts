import { asHotkey, type Hotkey, type Netuid, type Uid } from '../../units/index.js'
import type { BlockContext } from '../BlockContext.js'
import type { AnnouncedIp } from '../calls/servingFields.js'
import type { AccountId } from '../state/account.js'
import { axons } from '../state/tables.js'
import { notServing, servingUid, whyNotIp, whyNotNow } from './whyNotServe.js'

/** What a neuron says of its axon. */
export interface AnnouncedAxon {
  readonly netuid: Netuid
  readonly ip: AnnouncedIp
  readonly port: number
  readonly version: number
  readonly protocol: number
  readonly placeholder1: number
  readonly placeholder2: number
}

/** What is told of it. */
interface ServedAxon {
  readonly uid: Uid
  readonly hotkey: Hotkey
  readonly ip: string
  readonly port: number
}

/**
 * Notes where a neuron answers. @returns what is told of it, or why not; then nothing has changed.
 *
 * @source spec: `spec/chain.md` 9.1
 */
export function announceAxon(
  context: BlockContext,
  signer: AccountId,
  { netuid, ip, ...said }: AnnouncedAxon,
): ServedAxon | ReturnType<typeof notServing> {
  const { state, block } = context
  const uid = servingUid(context, netuid, signer)
  if (uid === undefined) return notServing(context, netuid, signer)
  const lastBlock = state.get(axons, netuid, uid)?.block
  const refused =
    whyNotIp(context, ip, true) ?? whyNotNow(context, { netuid, ip, port: said.port, lastBlock })
  if (refused !== null) return refused
  const { ipType, text } = ip
  state.set(axons, [netuid, uid], { ip: text, ipType, ...said, block })
  return { uid, hotkey: asHotkey(state.addressOf(signer)), ip: text, port: said.port }
}
