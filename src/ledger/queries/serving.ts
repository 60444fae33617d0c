import { accountOf } from '../state/account.js'
import { axons, certificates, prometheuses } from '../state/tables.js'
import { hotkey, netuid } from './arguments.js'
import { defineQuery } from './defineQuery.js'

/** All that a neuron announced about itself; each part `null` where it announced none, and all where it has no uid. */
export const serving = defineQuery({ netuid, hotkey }, ({ state }, args) => {
  const uid = state.uidOf(args.netuid, accountOf(args.hotkey))
  if (uid === undefined) return null
  const certificate = state.get(certificates, args.netuid, uid)
  return {
    uid,
    axon: state.get(axons, args.netuid, uid) ?? null,
    prometheus: state.get(prometheuses, args.netuid, uid) ?? null,
    certificate:
      certificate === undefined ? null : { ...certificate, publicKey: certificate.publicKey.slice() },
  }
})
