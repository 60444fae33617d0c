import { asColdkey } from '../../units/index.js'
import { refuse } from '../BlockContext.js'
import { holds } from '../events.js'
import { laterBlock } from '../rules/laterBlock.js'
import { coldkeySwaps } from '../state/tables.js'
import { defineCall } from './defineCall.js'
import { described, hashField } from './fields.js'

/** @source spec: `spec/chain.md` 10.7 */
export const announceColdkeySwap = defineCall({
  does: 'Announces that the signer gives all it has to another coldkey. The first time it costs TAO that leaves the issuance; a wait after the swap became possible another hash may take the place of this one for free. From now on the signer signs nothing but what belongs to the swap.',
  signedBy: 'a coldkey',
  duringColdkeySwap: 'announced',
  fields: {
    newColdkeyHash: described(hashField, 'What `coldkeyHash` gives of the new coldkey.'),
  },
  events: {
    ColdkeySwapAnnounced: {
      coldkey: holds.coldkey,
      newColdkeyHash: holds.text,
      readyAtBlock: holds.block,
      /** 0 where another announcement was paid for. */
      paidRao: holds.rao,
    },
  },
  refuses: ['NotEnoughBalanceToPaySwapColdKey', 'ColdkeySwapReannouncedTooEarly'],
  apply({ state, config, block, emit }, signer, { newColdkeyHash }) {
    const before = state.get(coldkeySwaps, signer)
    if (before === undefined) {
      const costRao = config.keySwapCostRao
      const balanceRao = state.balanceRao(signer)
      const keptRao = config.existentialDepositRao
      if (balanceRao < costRao + keptRao) {
        return refuse('NotEnoughBalanceToPaySwapColdKey', { balanceRao, costRao, keptRao })
      }
      state.setBalanceRao(signer, balanceRao - costRao)
      state.setChain({ totalIssuanceRao: state.chain.totalIssuanceRao - costRao })
    } else {
      const nextBlock = laterBlock(before.readyAtBlock, config.coldkeySwapReannouncementDelayBlocks)
      if (block < nextBlock) return refuse('ColdkeySwapReannouncedTooEarly', { nextBlock })
    }
    const readyAtBlock = laterBlock(block, config.coldkeySwapDelayBlocks)
    state.set(coldkeySwaps, [signer], {
      newColdkeyHash,
      readyAtBlock,
      disputedAtBlock: before?.disputedAtBlock ?? null,
    })
    const coldkey = asColdkey(state.addressOf(signer))
    const paidRao = before === undefined ? config.keySwapCostRao : 0n
    emit('ColdkeySwapAnnounced', null, { coldkey, newColdkeyHash, readyAtBlock, paidRao })
    return null
  },
})
