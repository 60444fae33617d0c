import type { Chain } from '../chain/index.js'
import type { Signer } from '../crypto/index.js'
import { assert } from '../errors/index.js'
import type { CallArgs, CallName, Receipt } from '../ledger/index.js'
import { CallRefusedError } from '../neuron/index.js'
import type { Netuid } from '../units/index.js'
import { type NetworkAccounts, type NeuronAccount, newcomersRao } from './accounts.js'

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
  const { owner, neurons, ownerHotkey } = accounts
  const added = await mustCall(chain, owner.coldkey, 'registerSubnet', { hotkey: ownerHotkey }, signal)
  const netuid = added.events.find(({ name }) => name === 'NetworkAdded')?.netuid
  assert(typeof netuid === 'number', 'registering a subnet tells its number')
  await mustCall(chain, owner.coldkey, 'startSubnet', { netuid }, signal)
  await Promise.all(neurons.map((account) => register(chain, netuid, account, signal)))
  return netuid
}

/**
 * Gives a newcomer what it spends and stakes, out of the owner's pocket, and registers it.
 *
 * @throws CallRefusedError when the chain refuses any of it.
 */
export async function joinRunningSubnet(
  chain: Chain,
  netuid: Netuid,
  accounts: NetworkAccounts,
  newcomer: NeuronAccount,
): Promise<void> {
  const to = newcomer.coldkey.address
  await mustCall(chain, accounts.owner.coldkey, 'transfer', { to, amountRao: newcomersRao(newcomer) })
  await register(chain, netuid, newcomer)
}

async function register(
  chain: Chain,
  netuid: Netuid,
  { coldkey, neuron: { hotkey }, stakeRao }: NeuronAccount,
  signal?: AbortSignal,
): Promise<void> {
  const calls = [mustCall(chain, coldkey, 'registerNeuron', { netuid, hotkey, limitRao: null }, signal)]
  if (stakeRao > 0n)
    calls.push(mustCall(chain, coldkey, 'addStake', { netuid, hotkey, amountRao: stakeRao }, signal))
  await Promise.all(calls)
}

async function mustCall<N extends CallName>(
  chain: Chain,
  signer: Signer,
  callName: N,
  args: CallArgs[N],
  signal?: AbortSignal,
): Promise<Receipt> {
  const wait = signal === undefined ? {} : { signal }
  const receipt = await chain.call(signer, callName, args, wait)
  if (receipt.refusal !== null) throw new CallRefusedError({ callName, refusal: receipt.refusal })
  return receipt
}
