import { type Chain, SubnetNotExistsError } from '../chain/index.js'
import {
  check,
  custom,
  optional,
  rao,
  shape,
  signal as signalCheck,
  signer as signerCheck,
  u16,
} from '../checks/index.js'
import { isAddress, type Signer } from '../crypto/index.js'
import { assert, InvalidArgumentError } from '../errors/index.js'
import type { CallArgs, CallName, Receipt } from '../ledger/index.js'
import { asColdkey, describeRao, type Hotkey, type Netuid, type Rao, type Uid } from '../units/index.js'
import { anyChain } from './anyChain.js'
import { CallRefusedError } from './neuronErrors.js'

/** Who joins what, and at what price. */
export interface JoinSubnetOptions {
  readonly chain: Chain
  /** Pays, and owns the hotkey: another one than its owner is refused, also where it is registered already. */
  readonly coldkey: Signer
  readonly hotkey: Hotkey
  readonly netuid: Netuid
  /** Highest registration price accepted. Default: any. */
  readonly limitRao?: Rao
  /**
   * TAO to stake on the hotkey, which buys alpha at the price of the moment; a coldkey that has stake on it stakes no more, whatever became of the
   * price. Default: none.
   */
  readonly stakeRao?: Rao
  readonly signal?: AbortSignal
}

const joinOptions = shape<JoinSubnetOptions>({
  chain: anyChain,
  coldkey: signerCheck,
  hotkey: custom(
    'Pass the SS58 address of the hotkey.',
    (value) => typeof value === 'string' && isAddress(value),
  ),
  netuid: u16(),
  limitRao: optional(rao()),
  stakeRao: optional(rao()),
  signal: optional(signalCheck),
})

/**
 * Makes sure that a hotkey holds a slot of a subnet, and its coldkey a stake on it: registers and stakes where
 * there is none yet, and does nothing where there is. What can be known beforehand is looked at before anything is paid.
 *
 * @returns the uid.
 * @throws InvalidArgumentError naming the option that is wrong, `coldkey` when another one owns the hotkey, and `stakeRao` when the
 *   balance does not reach for both the registration and the stake.
 * @throws SubnetNotExistsError when the subnet does not exist.
 * @throws CallRefusedError when the chain refuses, with the reference chain's error name as `code`.
 *
 * @example
 * ```ts
 * import type { Chain } from 'subnetkit/chain'
 * import { keyPairFromUri } from 'subnetkit/crypto'
 * import { joinSubnet } from 'subnetkit/neuron'
 *
 * async function join(chain: Chain): Promise<number> {
 *   const hotkey = keyPairFromUri('//Alice//validator').hotkey
 *   return await joinSubnet({ chain, coldkey: keyPairFromUri('//Alice'), hotkey, netuid: 1, stakeRao: 10n ** 13n })
 * }
 * ```
 */
export async function joinSubnet(options: JoinSubnetOptions): Promise<Uid> {
  check('options', joinOptions, options)
  await assertCanJoin(options)
  const { chain, coldkey, hotkey, netuid, stakeRao = 0n, limitRao = null } = options
  const wait = waitOf(options)
  if ((await chain.query('uid', { netuid, hotkey }, wait)) === null) {
    await mustCall(chain, coldkey, 'registerNeuron', { netuid, hotkey, limitRao }, wait)
  }
  if (stakeRao > 0n && !(await hasStake(options))) {
    await mustCall(chain, coldkey, 'addStake', { netuid, hotkey, amountRao: stakeRao }, wait)
  }
  const uid = await chain.query('uid', { netuid, hotkey }, wait)
  assert(uid !== null, `hotkey ${hotkey} has no uid right after it was registered`)
  return uid
}

/**
 * Looks at everything that can be known before anything is paid or announced; whose the hotkey is also where it is registered already.
 *
 * @throws InvalidArgumentError, SubnetNotExistsError as `joinSubnet`.
 */
export async function assertCanJoin(options: JoinSubnetOptions): Promise<void> {
  const { chain, coldkey, hotkey, netuid, stakeRao = 0n } = options
  const wait = waitOf(options)
  const subnet = await chain.query('subnet', { netuid }, wait)
  if (subnet === null) throw new SubnetNotExistsError({ netuid })
  const owner = (await chain.query('owner', { hotkey }, wait))?.coldkey
  if (owner !== undefined && owner !== coldkey.address) {
    throw new InvalidArgumentError({
      field: 'coldkey',
      value: coldkey.address,
      remedy: `Pass the coldkey ${owner}: it owns hotkey ${hotkey}. Or register another hotkey.`,
    })
  }
  if ((await chain.query('uid', { netuid, hotkey }, wait)) !== null) return
  if (stakeRao === 0n || (await hasStake(options))) return
  const { balanceRao } = await chain.query('account', { address: coldkey.address }, wait)
  if (balanceRao >= subnet.burnRao + stakeRao) return
  throw new InvalidArgumentError({
    field: 'stakeRao',
    value: stakeRao,
    remedy: `Stake less, or give ${coldkey.address} more: it has ${describeRao(balanceRao)}, and the registration alone costs ${describeRao(subnet.burnRao)}.`,
  })
}

/** Whether the coldkey has anything staked on the hotkey. */
async function hasStake(options: JoinSubnetOptions): Promise<boolean> {
  const { chain, coldkey, hotkey, netuid } = options
  const owner = asColdkey(coldkey.address)
  const { positionAlpha } = await chain.query('stake', { netuid, hotkey, coldkey: owner }, waitOf(options))
  return positionAlpha > 0n
}

function waitOf({ signal }: JoinSubnetOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
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
  if (receipt.refusal !== null) {
    throw new CallRefusedError({ callName: name, refusal: receipt.refusal })
  }
  return receipt
}
