import type { Chain } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { assert } from '../errors/index.js'
import type { CallArgs, CallName, Receipt } from '../ledger/index.js'
import { CallRefusedError } from '../neuron/index.js'
import type { Netuid } from '../units/index.js'
import type { NetworkAccounts } from './accounts.js'

/**
 * Registers and starts a subnet, then registers every neuron and stakes the validators, all in three blocks.
 *
 * @returns the subnet's number.
 * @throws CallRefusedError when the chain refuses any of it.
 */
export async function setUpSubnet(
  chain: Chain,
  accounts: NetworkAccounts,
  signal?: AbortSignal,
): Promise<Netuid> {
  const wait = signal === undefined ? {} : { signal }
  const call = async <N extends CallName>(signer: Signer, name: N, args: CallArgs[N]): Promise<Receipt> => {
    const receipt = await chain.call(signer, name, args, wait)
    if (receipt.refusal !== null) throw new CallRefusedError({ callName: name, ...receipt.refusal })
    return receipt
  }
  const { owner, neurons } = accounts
  const added = await call(owner.coldkey, 'registerSubnet', { hotkey: accounts.ownerHotkey })
  const netuid = added.events.find(({ name }) => name === 'NetworkAdded')?.netuid
  assert(typeof netuid === 'number', 'registering a subnet tells its number')
  await call(owner.coldkey, 'startSubnet', { netuid })
  await Promise.all(
    neurons.flatMap(({ coldkey, neuron: { hotkey }, stakeRao }) => {
      const calls = [call(coldkey, 'registerNeuron', { netuid, hotkey, limitRao: null })]
      if (stakeRao > 0n) calls.push(call(coldkey, 'addStake', { netuid, hotkey, amountRao: stakeRao }))
      return calls
    }),
  )
  return netuid
}
