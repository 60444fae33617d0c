import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a call does not wait for a block, besides what the ledger says of it: what a pool before it says. */
export const poolRefusals = {
  MempoolFull: reasons({
    callsOfAccount: reason({
      data: { most: holds.count },
      says: 'An account may have {most} calls waiting, with nonces less than {most} ahead of its next one.',
      remedy: 'Submit the same bytes again after a block, which takes calls of the account from the pool.',
    }),
    bytesOfAccount: reason({
      data: { bytes: holds.count, most: holds.count },
      says: 'With this call {bytes} bytes of the account would wait, of at most {most}.',
      remedy: 'Submit the same bytes again after a block, which takes calls of the account from the pool.',
    }),
    calls: reason({
      data: { calls: holds.count, bytes: holds.count },
      says: '{calls} calls of {bytes} bytes are waiting, and none of them for an account of less standing.',
      remedy:
        'Submit the same bytes again after a block, or sign with an account that has more TAO or stake.',
    }),
    replaced: reason({
      data: { nonce: holds.count },
      says: 'Calls of accounts of more standing took the place of the call with nonce {nonce}.',
      remedy:
        'Submit the same bytes again after a block, or sign with an account that has more TAO or stake.',
    }),
  }),
  OutcomeUnknown: reason({
    data: { callHash: holds.hash, nonce: holds.count },
    says: 'The call {callHash} is too old to say whether it was in a block.',
    remedy:
      'Look at the account, whether what the call with nonce {nonce} does has happened, before signing another.',
  }),
}
