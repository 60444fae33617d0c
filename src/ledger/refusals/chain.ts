import { holds } from '../events.js'
import { reason, reasons } from './reason.js'

/** Why a call has no place in a block, whatever it wants; and who may sign it. */
export const chainRefusals = {
  MalformedCall: reasons({
    noEnvelope: reason({
      data: { byteLength: holds.count, mostBytes: holds.count },
      says: 'The {byteLength} bytes are no signed call, which has at most {mostBytes}.',
      remedy: 'Submit what signCall makes, byte for byte.',
    }),
    noCall: reason({
      data: { signer: holds.address },
      says: 'What {signer} signed is no call of this chain.',
      remedy:
        'Sign a call by a name and with arguments that this version of the chain knows: chain.call does.',
    }),
  }),
  BadSignature: reason({
    data: { signer: holds.address },
    says: 'The signature is not of {signer} over this payload.',
    remedy: 'Sign the payload anew with the key of the account, and submit the bytes as they are.',
  }),
  BadOrigin: reasons({
    notOwner: reason({
      data: { netuid: holds.netuid, signer: holds.coldkey },
      says: '{signer} does not own subnet {netuid}, and only its owner may do this.',
      remedy: 'Sign with the coldkey that owns the subnet: the query subnet names it.',
    }),
    notOwnerNorRoot: reason({
      data: { netuid: holds.netuid, signer: holds.coldkey },
      says: '{signer} neither owns subnet {netuid} nor is root, and nobody else may do this.',
      remedy:
        'Sign with the coldkey that owns the subnet, which the query subnet names, or with the root key of genesis.',
    }),
    notRoot: reason({
      data: { signer: holds.coldkey },
      says: '{signer} is not root, and only root may do this.',
      remedy:
        'Sign with the account that the setting rootKey of genesis names; where it names none, nobody may.',
    }),
    rootSetsIt: reason({
      data: { name: holds.text },
      says: 'Only root may set {name}.',
      remedy:
        'Have root set it, or choose a hyperparameter that owners may set: describeHyperparameters lists them.',
    }),
    noHyperparameter: reason({
      data: { name: holds.text },
      says: 'There is no hyperparameter {name}.',
      remedy: 'Name one that describeHyperparameters lists.',
    }),
    misspeltHyperparameter: reason({
      data: { name: holds.text, like: holds.text },
      says: 'There is no hyperparameter {name}.',
      remedy: 'Name {like}, if that is what you mean, or another one that describeHyperparameters lists.',
    }),
    testCallSigned: reason({
      data: { callName: holds.text },
      says: 'Only tests make {callName}, and nobody signs it.',
      remedy: 'Make it with Ledger.testCall or LocalChain.testCall.',
    }),
    testOriginClosed: reason({
      data: { callName: holds.text },
      says: 'This chain takes no calls of test origin, such as this {callName}.',
      remedy: 'Start a chain with the setting testOriginAllowed, or sign a call.',
    }),
    testCallWaits: reason({
      data: { callName: holds.text },
      says: 'A call of test origin, such as this {callName}, waits in no pool.',
      remedy: 'Hand it to finalizeBlock, or use LocalChain.testCall.',
    }),
  }),
  WrongChain: reason({
    data: { genesisHash: holds.hash, signedForHash: holds.hash },
    says: 'Block 0 of this chain is {genesisHash}, the call was signed for {signedForHash}.',
    remedy: 'Sign the call anew for this chain, or submit it to the other one.',
  }),
  Expired: reason({
    data: { expiryBlock: holds.block, block: holds.block },
    says: 'The last block that the call could be in was {expiryBlock}; the next one is {block}.',
    remedy: 'Sign it anew with a later expiry block.',
  }),
  AncientBirthBlock: reason({
    data: { recentBlockHash: holds.hash, windowBlocks: holds.count },
    says: 'Block {recentBlockHash} is not among the last {windowBlocks} of this chain.',
    remedy: 'Sign the call anew, naming a block near the head.',
  }),
  ExpiryTooFar: reason({
    data: { expiryBlock: holds.block, signedAtBlock: holds.block, lastBlock: holds.block },
    says: 'A call signed at block {signedAtBlock} expires at {lastBlock} at the latest, not at {expiryBlock}.',
    remedy: 'Sign it anew with an expiry block of at most {lastBlock}.',
  }),
  StaleNonce: reasons({
    used: reason({
      data: { nonce: holds.count, nextNonce: holds.count },
      says: 'The account has used nonce {nonce}; its next one is {nextNonce}.',
      remedy: 'See whether the call was in a block; if not, sign it anew with nonce {nextNonce}.',
    }),
    waiting: reason({
      data: { nonce: holds.count, nextNonce: holds.count },
      says: 'Another call of the account waits with nonce {nonce}.',
      remedy: 'Sign the call anew with nonce {nextNonce}, or wait for the other one.',
    }),
  }),
  NonceGap: reason({
    data: { nonce: holds.count, nextNonce: holds.count },
    says: 'The call has nonce {nonce}, and one of the account with nonce {nextNonce} comes first.',
    remedy: 'Put the calls with the nonces from {nextNonce} on before it.',
  }),
  BadProposal: reasons({
    calls: reason({
      data: { calls: holds.count, good: holds.count, firstBad: holds.count },
      says: 'Of {calls} calls {good} can be in this block in this order; the first that cannot is at place {firstBad}.',
      remedy: 'Propose what prepareProposal makes of the calls.',
    }),
    timelocks: reason({
      data: { why: holds.text },
      says: 'The pulses and texts of time locks are not what the block needs ({why}).',
      remedy:
        'Propose the pulses of the beacon, and the texts that they open: the query timelocksDue names them.',
    }),
  }),
}
