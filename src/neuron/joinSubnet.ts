import type { Chain } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { assert } from '../errors/index.js'
import type { CallArgs, CallName, Receipt } from '../ledger/index.js'
import { asColdkey, type Hotkey, type Netuid, type Rao, type Uid } from '../units/index.js'
import { CallRefusedError } from './neuronErrors.js'

/** Who joins what, and at what price. */
export interface JoinSubnetOptions {
  readonly chain: Chain
  /** Pays, and owns the hotkey from then on. */
  readonly coldkey: Signer
  readonly hotkey: Hotkey
  readonly netuid: Netuid
  /** Highest registration price accepted. Default: any. */
  readonly limitRao?: Rao
  /** Stake that the coldkey should hold on the hotkey; what is missing is added. Default: none. */
  readonly stakeRao?: Rao
  readonly signal?: AbortSignal
}

/**
 * Makes sure that a hotkey holds a slot of a subnet, and its coldkey a stake on it: registers and stakes what is
 * missing, and does nothing when nothing is.
 *
 * @returns the uid.
 * @throws CallRefusedError when the chain refuses, with the reference chain's error name as `code`.
 */
export async function joinSubnet(options: JoinSubnetOptions): Promise<Uid> {
  const { chain, coldkey, hotkey, netuid, stakeRao = 0n } = options
  const wait = options.signal === undefined ? {} : { signal: options.signal }
  if ((await chain.query('uid', { netuid, hotkey }, wait)) === null) {
    await mustCall(
      chain,
      coldkey,
      'registerNeuron',
      { netuid, hotkey, limitRao: options.limitRao ?? null },
      wait,
    )
  }
  const owner = asColdkey(coldkey.address)
  const { positionAlpha } = await chain.query('stake', { netuid, hotkey, coldkey: owner }, wait)
  // One alpha is one rao on a stable-priced subnet; elsewhere the missing amount is a first approximation.
  if (positionAlpha < stakeRao) {
    await mustCall(chain, coldkey, 'addStake', { netuid, hotkey, amountRao: stakeRao - positionAlpha }, wait)
  }
  const uid = await chain.query('uid', { netuid, hotkey }, wait)
  assert(uid !== null, `hotkey ${hotkey} has no uid right after it was registered`)
  return uid
}

/**
 * Makes a call that has to succeed.
 *
 * @throws CallRefusedError when the chain refuses it.
 */
export async function mustCall<N extends CallName>(
  chain: Chain,
  signer: Signer,
  name: N,
  args: CallArgs[N],
  options: { signal?: AbortSignal } = {},
): Promise<Receipt> {
  const receipt = await chain.call(signer, name, args, options)
  if (receipt.refusal !== null) throw new CallRefusedError({ callName: name, ...receipt.refusal })
  return receipt
}
